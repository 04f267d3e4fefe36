"""Signed checkpoints of the audit trail (签名检查点) that were kept elsewhere: which of them are the registry's."""

from collections.abc import Iterable
from typing import Any

import jwt
from jwt.types import Options
from pydantic import ValidationError

from shared.contracts.audit import Checkpoint, Flaw
from shared.vault import ALGORITHM

WHENEVER: Options = {"verify_iat": False}  # a signature holds although the clock it was made by ran ahead


def true_points(lines: Iterable[str], keys: dict[str, Any]) -> tuple[list[tuple[int, str]], list[Flaw]]:
    """The checkpoints in these lines whose signatures hold by the registry's keys (RFC 7517), and those whose do not.

    A line that is no checkpoint is passed over: the last one of a file that was being written when its machine stopped.
    """
    published = {key.key_id: key for key in jwt.PyJWKSet.from_dict(keys).keys}
    points, forged = [], []
    for line in lines:
        try:
            point = Checkpoint.model_validate_json(line)
        except ValidationError:
            continue
        try:
            kid = jwt.get_unverified_header(point.signed).get("kid")
            held = jwt.decode(point.signed, published[kid], algorithms=[ALGORITHM], options=WHENEVER)
            points.append((int(held["sequence"]), str(held["hash"])))
        except (jwt.PyJWTError, KeyError):
            forged.append(Flaw(point.sequence, "forged"))
    return points, forged
