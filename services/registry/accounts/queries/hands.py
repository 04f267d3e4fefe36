from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, or_, select

from services.registry.accounts.models import Account, Client, CredentialHand
from shared import clock
from shared.auth import Role

ISSUED, ROTATED = "issued", "rotated"  # the acts by which somebody comes to know a secret of a machine
OWN = "own"  # the act of a person who gave their machine a secret that nobody else knows
PREPARED = "prepared"  # the act of whoever issued or changed what awaits approval
SAW_NOTHING = "approved"  # the act by which nobody came to know a secret
WITHDRAWN_FOR = timedelta(days=30)  # after which what somebody asked for with a machine is no longer completed by them


def had_hands(session: Session, actors: Collection[str]) -> dict[str, set[str]]:
    """The credentials in which somebody had a hand (经手), of whom had one: by the words that records name them by."""
    found: dict[str, set[str]] = {}
    for by, credential in session.exec(
        select(CredentialHand.by, CredentialHand.credential).where(
            col(CredentialHand.by).in_(sorted(actors)), CredentialHand.act != PREPARED
        )
    ):
        if by != credential:
            found.setdefault(by, set()).add(credential)
    return found


def one_with(session: Session, actor: str, role: str) -> frozenset[str]:
    """With whom an officer of the bureau is no two officers (不能互为双人); nobody else is ever a second one.

    An officer of whom one issued the other, by an account or a machine; and who knows the secret of the other's
    machine: until its person gives it one alone, or thirty days after it was withdrawn. An operator issues what an
    officer approves, so that operators are one with those alone of whose machines they know the secret.
    """
    if role != Role.BUREAU_OFFICER:
        return frozenset()
    issued = select(CredentialHand.by, CredentialHand.credential).where(
        CredentialHand.act == ISSUED, or_(CredentialHand.by == actor, CredentialHand.credential == actor)
    )
    officers = {name for pair in session.exec(issued) for name in pair}
    machines = _of_machines(session, actor)
    names = (officers | machines) - {actor}
    known = select(Account.login, Account.role).where(col(Account.login).in_(sorted(names)))
    roles = dict(session.exec(known).all()) if names else {}
    others = {name for name in officers if roles.get(name) == Role.BUREAU_OFFICER}
    others |= {name for name in machines if roles.get(name) in (Role.BUREAU_OFFICER, Role.OPERATOR)}
    return frozenset(others)


def _of_machines(session: Session, actor: str) -> set[str]:
    """Who knows the secret of a machine of this person, and of whose machines this person knows one.

    Of a machine that is called as its person is, what is known of that person's others is taken to be known too.
    """
    alone = select(CredentialHand.credential).where(CredentialHand.act == OWN)
    known = (
        select(CredentialHand.by, Account.login)
        .join(Client, col(Client.client_id) == CredentialHand.credential)
        .join(Account, col(Account.id) == Client.account_id)
        .where(
            col(CredentialHand.act).in_((ISSUED, ROTATED)),
            or_(CredentialHand.by == actor, Account.login == actor),
            or_(col(Client.revoked_at).is_(None), col(Client.revoked_at) > clock.now() - WITHDRAWN_FOR),
            col(Client.client_id).not_in(alone),
        )
    )
    return {name for pair in session.exec(known) for name in pair}


def knew_secrets(session: Session, credential: str) -> set[str]:
    """Whose hand in a credential had them know a secret of it: whoever only approved it may do so again."""
    wanted = select(CredentialHand.by).where(CredentialHand.credential == credential, CredentialHand.act != SAW_NOTHING)
    return set(session.exec(wanted))


def prepared_by(session: Session, credential: str) -> set[str]:
    """Who issued or changed what awaits approval, each of them: another approves it, whoever touched it last."""
    wanted = select(CredentialHand.by).where(CredentialHand.credential == credential, CredentialHand.act == PREPARED)
    return set(session.exec(wanted))
