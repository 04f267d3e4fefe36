"""Certificate numbers (证书编号), whose digits tell the skill level."""

import re
from dataclasses import dataclass
from typing import Literal

from services.registry.subjects.rules.characters import clean

CertificateKind = Literal["qualification", "skill_level", "special"]

# 职业资格证书: 16 digits, the level in the 11th.
_QUALIFICATION = re.compile(r"[0-9]{10}([1-5])[0-9]{5}")
# 职业技能等级证书: Y (employer) or S (assessor) and 21 digits, the level in the 16th character.
_SKILL_LEVEL = re.compile(r"[YS][0-9]{14}([1-5])[0-9]{6}")
# 特级技师: 2 letters and 20 digits.
_SPECIAL = re.compile(r"[A-Z]{2}[0-9]{20}")


@dataclass(frozen=True)
class Certificate:
    """What a certificate number says of its holder; `level` is one of the codes of the field skill_level."""

    kind: CertificateKind
    number: str
    level: str


def read_certificate(raw: str) -> Certificate | None:
    """A certificate number as typed; None when it has none of the known forms."""
    number = clean(raw)
    if found := _QUALIFICATION.fullmatch(number):
        return Certificate("qualification", number, found[1])
    if found := _SKILL_LEVEL.fullmatch(number):
        return Certificate("skill_level", number, found[1])
    return Certificate("special", number, "special") if _SPECIAL.fullmatch(number) else None


def agrees(certificate: Certificate, level: str) -> bool:
    """Whether the number bears out the declared level; a chief (首席技师) holds the certificate of a special one."""
    return certificate.level == ("special" if level == "chief" else level)
