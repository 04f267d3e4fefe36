"""What notify has names for."""

from enum import StrEnum


class Named(StrEnum):
    """What a name belongs to; a quota's name is its measure word (量词)."""

    PROGRAMME = "programme"
    UNIT = "unit"
    QUOTA = "quota"
