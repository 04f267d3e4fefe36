from datetime import datetime

from services.registry.accounts.queries import tokens
from shared.contracts.audit import Checkpoint
from shared.vault import Vault


def signed(vault: Vault, sequence: int, hash_: str, at: datetime) -> Checkpoint:
    """A checkpoint (检查点) of a number and a hash at an instant, signed as a token of its own type by our key."""
    held = {"sequence": sequence, "hash": hash_, "iat": at}
    token = tokens.signed(vault, held, typ="audit-checkpoint+jwt")
    return Checkpoint(sequence=sequence, hash=hash_, at=at, signed=token)
