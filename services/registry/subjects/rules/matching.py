"""By what two records are found to be perhaps one person, and what is done about it. Pure."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple

from services.registry.subjects.rules.names import is_alphabetic, name_key
from services.registry.subjects.rules.sounds import readings
from shared.contracts.duplicates import Care, Matching

Index = Callable[[str, str, str, str], str]
STRENGTH: tuple[Care, ...] = ("ignore", "queue", "stop")


class Fingerprints(NamedTuple):
    """What is kept of a person to be found by, and what they look for: each with the signal it would be."""

    kept: frozenset[str]
    sought: Mapping[str, str]


def fingerprints(name: str, birth: date, index: Index) -> Fingerprints:
    """A person's keyed fingerprints. None tells anything without the key, and each holds birth date and name together.

    A name in Chinese characters looks for the sound of names in letters and the other way round: between two of one
    script equal sounds say little.
    """
    day = birth.isoformat()
    own, other = ("letters", "characters") if is_alphabetic(name) else ("characters", "letters")
    written = index("person", "name", day, name_key(name))
    heard = readings(name)
    kept = {written, *(index("person", own, day, each) for each in heard)}
    sought = {written: "name"} | {index("person", other, day, each): "sound" for each in heard}
    return Fingerprints(frozenset(kept), sought)


def care(signals: Collection[str], matching: Matching) -> Care:
    """What is to be done about two records with these signals."""
    cares: list[Care] = [getattr(matching, signal) for signal in signals if signal != "two_resident_numbers"]
    strongest = max(cares, key=STRENGTH.index)
    if "two_resident_numbers" in signals:
        return min(strongest, matching.two_resident_numbers, key=STRENGTH.index)
    return strongest
