"""The address code of a resident number (地址码, GB/T 2260): where the number was first given, and nothing else.

It never tells where a person or an employer is today.
"""

from functools import lru_cache

from stdnum import numdb

_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"
PROVINCES = frozenset(_PROVINCES.split())
# Residence permits (港澳台居民居住证): Hong Kong, Macao, Taiwan. 71 is Taiwan in GB/T 2260, yet no number begins so.
PERMIT_REGIONS = frozenset({"810000", "820000", "830000"})


@lru_cache(maxsize=8192)
def _spans(code: str) -> tuple[str, ...]:
    """The names a code has had, each like "[1983-2019]湾里区"; none when it was never given to a place."""
    if code[:2] not in PROVINCES:
        return ()
    found: list[tuple[str, dict[str, str]]] = numdb.get("cn/loc").info(code)
    return tuple(name for _, facts in found for name in facts.get("county", "").split(",") if name)


def is_region(code: str) -> bool:
    """Whether six digits were ever the code of a place (行政区划代码)."""
    return bool(_spans(code))


def was_abolished_before(code: str, year: int) -> bool:
    """Whether the code had been given up before that year (区划撤销); a number first given late is no contradiction."""
    return bool(_spans(code)) and all(_end(span) < year for span in _spans(code))


def _end(span: str) -> int:
    if not span.startswith("["):
        return 9999
    return int(span[1:].partition("]")[0].partition("-")[2] or 9999)
