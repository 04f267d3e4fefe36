"""What an account is bound to (账号绑定): an institution or a unit by its role, and a subject at an issuer."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.models import Account
from services.registry.accounts.queries.accounts import (
    SUBJECT_INDEXES,
    account_of_subject,
    subject_bound_to,
    subject_indexes,
    subject_of,
)
from services.registry.institutions.models import Institution
from services.registry.programmes.queries import unit_fault
from shared.auth import OF_AN_INSTITUTION, Role
from shared.config import settings
from shared.problems import Fault, Said
from shared.vault import vault

_OF_THE_ROLE = Said("此角色与单位不符", "does not go with this role")
_NO_INSTITUTION = Fault(
    "/institution_id", "institution_unknown", Said("没有这个合作单位", "There is no such institution")
)
_NO_ISSUER = Fault(
    "/issuer_subject",
    "issuer_unknown",
    Said("本系统没有接入统一身份认证", "No issuer is configured in this installation"),
)
_TAKEN = Fault(
    "/issuer_subject", "subject_taken", Said("另一个账号已绑定此身份", "Another account is bound to this subject")
)


def binding_faults(session: Session, bound: dict[str, Any]) -> list[Fault]:
    """What is wrong with a role and the institution or unit that goes with it. Locks nothing."""
    role, institution_id, unit = Role(bound["role"]), bound["institution_id"], bound["reporting_unit"]
    faults = []
    if (role in OF_AN_INSTITUTION) != (institution_id is not None):
        faults.append(Fault("/institution_id", "not_of_the_role", _OF_THE_ROLE))
    elif institution_id and session.get(Institution, institution_id) is None:
        faults.append(_NO_INSTITUTION)
    if (role == Role.DISTRICT_OFFICER) != (unit is not None):
        faults.append(Fault("/reporting_unit", "not_of_the_role", _OF_THE_ROLE))
    elif unit and (fault := unit_fault(session, unit)):
        faults.append(fault)
    return faults


def subject_faults(session: Session, subject: str | None, of: UUID | None = None) -> list[Fault]:
    """Why an account, `of` that id where there is one already, cannot be bound to a subject. Locks nothing."""
    if subject is None:
        return []
    issuer = settings().oidc_issuer
    if not issuer:
        return [_NO_ISSUER]
    known = account_of_subject(session, subject_indexes(issuer, subject))
    return [_TAKEN] if known and known.id != of else []


def is_bound_to(account: Account, subject: str | None) -> bool:
    """Whether somebody signs in as this subject at the issuer of today; None: at none."""
    return (account.issuer, subject_of(account)) == (settings().oidc_issuer if subject is not None else None, subject)


def bind_subject(account: Account, subject: str | None) -> None:
    """Have somebody sign in at the issuer, and by no password; None: at none (绑定统一身份认证).

    A password is given to them again by two officers, who have reset it: for the day on which the issuer is away.
    """
    issuer = settings().oidc_issuer if subject is not None else None
    account.issuer = issuer
    none = dict.fromkeys(SUBJECT_INDEXES.values())
    account.sqlmodel_update(subject_indexes(issuer, subject) if issuer and subject else none)
    account.sealed_subject = vault("registry").seal(subject, subject_bound_to(account.id)) if subject else None
    account.password_hash, account.password_is_new = None, False
