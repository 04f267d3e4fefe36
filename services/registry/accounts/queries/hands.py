from collections.abc import Collection

from sqlmodel import Session, col, select

from services.registry.accounts.models import CredentialHand


def had_hands(session: Session, actors: Collection[str]) -> dict[str, set[str]]:
    """The credentials in which somebody had a hand (经手), of whom had one: by the words that records name them by."""
    found: dict[str, set[str]] = {}
    for by, credential in session.exec(
        select(CredentialHand.by, CredentialHand.credential).where(col(CredentialHand.by).in_(sorted(actors)))
    ):
        if by != credential:
            found.setdefault(by, set()).add(credential)
    return found


def hands_in(session: Session, credential: str) -> set[str]:
    """Who had a hand in a credential."""
    return set(session.exec(select(CredentialHand.by).where(CredentialHand.credential == credential)))
