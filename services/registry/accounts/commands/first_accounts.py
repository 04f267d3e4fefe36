"""Accounts at the command line (命令行账号): the first ones, and recovery where no two officers are left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from sqlmodel import Session, select

from services.registry.accounts.commands.accounts import IssuedAccount, add_account, drawn_password
from services.registry.accounts.commands.first_clients import COMMAND_LINE
from services.registry.accounts.commands.hashing import hashing
from services.registry.accounts.commands.signing_in import end_sessions
from services.registry.accounts.errors import LoginExists
from services.registry.accounts.models import Account, Client
from services.registry.accounts.rules.passwords import read_password
from shared.auth import LOGIN, Itself, Role
from shared.operations import Call, Operation, Recorder, operation
from shared.preparing import at_newest_schema
from shared.problems import NotFound, Refusal
from shared.service import Context

Command = Callable[..., None]


@dataclass(frozen=True)
class FirstAccount:
    """A person wanted at the command line, of no institution, who signs in and has no client."""

    login: str
    name: str
    role: Role
    reporting_unit: str | None


@operation(
    "issue_first_account", roles=(Itself.SYSTEM,), target=lambda wanted: wanted.login, effect=IssuedAccount.effect
)
def issue_first_account(session: Session, calls: Sequence[Call[FirstAccount]]) -> list[IssuedAccount | Refusal]:
    """Give people who belong to no institution an account (发放首个账号), with a password for their first sign-in.

    Writes: `account`, approved. Locks nothing; no event. Refuses: login-exists, also where a client has that id.
    """
    return [_issued(session, call.item, call.caller.actor) for call in calls]


def _issued(session: Session, new: FirstAccount, by: str) -> IssuedAccount | Refusal:
    known = session.exec(select(Account).where(Account.login == new.login)).first()
    if known or session.get(Client, new.login):
        return LoginExists()
    unit = new.reporting_unit
    account = add_account(session, new.login, new.name, new.role, reporting_unit=unit, issued_by=by, approved_by=by)
    return _with_password(session, account)


@operation("recover_account", roles=(Itself.SYSTEM,), target=lambda login: login, effect=IssuedAccount.effect)
def recover_account(session: Session, calls: Sequence[Call[str]]) -> list[IssuedAccount | Refusal]:
    """Give people a password for the next sign-in, and let them set up another second factor (恢复账号).

    For an installation in which no two officers can sign in any more: over REST it takes two. Ends their sessions; who
    is suspended stays so. Locks and writes: the `account`; writes `session`. Refuses: not-found.
    """
    outcomes: list[IssuedAccount | Refusal] = []
    for call in calls:
        account = session.exec(select(Account).where(Account.login == call.item).with_for_update()).first()
        if account is not None:
            account.sealed_factor = account.factor_reset_by = account.reset_by = None
            account.factor_confirmed = False
            end_sessions(session, account.id)
        outcomes.append(_with_password(session, account) if account else NotFound())
    return outcomes


def _with_password(session: Session, account: Account) -> IssuedAccount:
    password = drawn_password()
    account.password_hash, account.password_is_new = hashing().hash_now(read_password(password)), True
    account.version += 1
    session.flush()
    return IssuedAccount(account, password)


def account_commands(record: Recorder | None) -> dict[str, Command]:
    """`account` and `recover`, with the audit trail they are entered on (`by` is the command line)."""

    def run(operation: Operation[Any, IssuedAccount], item: Any) -> None:
        context = Context.of("registry")
        at_newest_schema("registry", context)
        (outcome,) = context.runner(record).run(operation, [item], COMMAND_LINE)
        context.close()
        if isinstance(outcome, Refusal):
            raise typer.BadParameter(outcome.title().en, param_hint="--login")
        typer.echo(f"login          {outcome.account.login}\npassword       {outcome.password}")

    def account(
        login: Annotated[str, typer.Option(help="what they sign in by, and records name")],
        role: Annotated[Role, typer.Option(help="institutions' people are issued over REST")],
        name: Annotated[str, typer.Option(help="who it is")],
        reporting_unit: Annotated[str | None, typer.Option(help="of a district officer")] = None,
    ) -> None:
        """Make an account, and print a password for the first sign-in once (发放首个账号)."""
        if not LOGIN.fullmatch(login):
            raise typer.BadParameter("lower-case letters, digits and hyphens, up to 60", param_hint="--login")
        run(issue_first_account, FirstAccount(login, name, role, reporting_unit))

    def recover(login: Annotated[str, typer.Option(help="who lost password and authenticator")]) -> None:
        """Print a password for the next sign-in once, where no two officers can give one any more (恢复账号)."""
        run(recover_account, login)

    return {"account": account, "recover": recover}
