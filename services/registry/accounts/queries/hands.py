from collections.abc import Collection

from sqlmodel import Session, col, select

from services.registry.accounts.models import CredentialHand

PREPARED = "prepared"  # the act of whoever issued or changed what awaits approval
SAW_NOTHING = "approved"  # the act by which nobody came to know a secret


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


def knew_secrets(session: Session, credential: str) -> set[str]:
    """Whose hand in a credential had them know a secret of it: whoever only approved it may do so again."""
    wanted = select(CredentialHand.by).where(CredentialHand.credential == credential, CredentialHand.act != SAW_NOTHING)
    return set(session.exec(wanted))


def prepared_by(session: Session, credential: str) -> set[str]:
    """Who issued or changed what awaits approval, each of them: another approves it, whoever touched it last."""
    wanted = select(CredentialHand.by).where(CredentialHand.credential == credential, CredentialHand.act == PREPARED)
    return set(session.exec(wanted))
