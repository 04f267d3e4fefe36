"""Education codes (学历代码): GB/T 4658-2006, and GB 4658-1984 for records that were made with it.

Codes are no order: compare ranks. Finished (毕业) is not the same as left with or without a certificate (结业, 肄业).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from shared.contracts.eligibility import Level

SECONDARY = 3  # rank of upper secondary education, general and vocational


@dataclass(frozen=True)
class Education:
    """One education code; `rank` grows with the level, `finished` means a diploma (毕业) was earned."""

    code: str
    zh: str
    en: str
    rank: int
    finished: bool

    def reaches(self, level: Level) -> bool:
        """Whether it is a diploma of this level or of a higher one."""
        return self.finished and self.rank >= LEVELS[level].rank


class Rank(NamedTuple):
    """A level one may be asked to have reached."""

    rank: int
    zh: str
    en: str


LEVELS: Mapping[Level, Rank] = {
    "secondary": Rank(SECONDARY, "高中阶段", "upper secondary"),
    "junior_college": Rank(4, "大学专科", "junior college"),
    "bachelor": Rank(5, "大学本科", "bachelor's"),
    "master": Rank(7, "硕士研究生", "master's"),
    "doctor": Rank(8, "博士研究生", "doctoral"),
}

# stem in both languages, rank, codes of: the level as such, finished, completed without diploma, left early
_LEVELS_2006 = (
    ("研究生", "postgraduate", 6, "10", "", "", ""),
    ("博士研究生", "doctoral", 8, "", "11", "12", "13"),
    ("硕士研究生", "master's", 7, "", "14", "15", "16"),
    ("研究生班", "postgraduate class", 6, "", "17", "18", "19"),
    ("大学本科", "bachelor's", 5, "20", "21", "22", "23"),
    ("大学普通班", "ordinary university class", 5, "", "28", "", ""),
    ("大学专科", "junior college", 4, "30", "31", "32", "33"),
    ("中等职业", "secondary vocational", SECONDARY, "40", "", "", ""),
    ("中等专科", "secondary specialised", SECONDARY, "", "41", "42", "43"),
    ("职业高中", "vocational high school", SECONDARY, "", "44", "45", "46"),
    ("技工学校", "skilled workers' school", SECONDARY, "", "47", "48", "49"),
    ("普通高级中学", "general high school", SECONDARY, "60", "61", "62", "63"),
    ("初级中学", "junior high school", 2, "70", "71", "", "73"),
    ("小学", "primary school", 1, "80", "81", "", "83"),
    ("其他", "other", 0, "90", "", "", ""),
)
# In 1984 the third column meant "equivalent to finished" (相当…毕业).
_LEVELS_1984 = (
    ("研究生", "postgraduate", 7, "10", "11", "", "19"),
    ("大学本科", "bachelor's", 5, "20", "21", "28", "29"),
    ("大学专科", "junior college", 4, "30", "31", "38", "39"),
    ("中等专业学校或中等技术学校", "secondary specialised or technical", SECONDARY, "40", "", "48", "49"),
    ("中专", "secondary specialised", SECONDARY, "", "41", "", ""),
    ("中技", "secondary technical", SECONDARY, "", "42", "", ""),
    ("技工学校", "skilled workers' school", SECONDARY, "50", "51", "", "59"),
    ("高中", "high school", SECONDARY, "60", "61", "68", "69"),
    ("职业高中", "vocational high school", SECONDARY, "", "62", "", ""),
    ("农业高中", "agricultural high school", SECONDARY, "", "63", "", ""),
    ("初中", "junior high school", 2, "70", "71", "78", "79"),
    ("职业初中", "vocational junior high school", 2, "", "72", "", ""),
    ("农业初中", "agricultural junior high school", 2, "", "73", "", ""),
    ("小学", "primary school", 1, "80", "81", "88", "89"),
    ("文盲或半文盲", "illiterate or semi-literate", 0, "90", "", "", ""),
)
_Levels = tuple[tuple[str, str, int, str, str, str, str], ...]
_STATES_2006 = (
    ("教育", "education", False),
    ("毕业", "finished", True),
    ("结业", "completed without diploma", False),
    ("肄业", "left early", False),
)
_STATES_1984 = (
    ("", "education", False),
    ("毕业", "finished", True),
    ("相当毕业", "equivalent to finished", True),
    ("肄业", "left early", False),
)
_WITHOUT_STATE = {"其他", "文盲或半文盲"}


def _codes(levels: _Levels, states: tuple[tuple[str, str, bool], ...]) -> Mapping[str, Education]:
    entries = {}
    for zh, en, rank, *codes in levels:
        for code, (state_zh, state_en, finished) in zip(codes, states, strict=True):
            if code and zh in _WITHOUT_STATE:
                entries[code] = Education(code, zh, en, rank, False)
            elif code:
                entries[code] = Education(code, zh + state_zh, f"{en}, {state_en}", rank, finished)
    return MappingProxyType(entries)


CODES_2006 = _codes(_LEVELS_2006, _STATES_2006)
CODES_1984 = _codes(_LEVELS_1984, _STATES_1984)
_GENERAL_SCHOOL = {"2006": {"61"}, "1984": {"61", "68"}}


def education_of(code: str, code_set: str | None = None) -> Education | None:
    """The education behind a code in its code set ("2006", also when not stated, or "1984"); None if there is none."""
    return (CODES_1984 if code_set == "1984" else CODES_2006).get(code)


def is_secondary_vocational_or_above(code: str, code_set: str | None = None) -> bool:
    """Finished a secondary vocational school or more (中专及以上); a general high school is not enough."""
    found = education_of(code, code_set)
    general = _GENERAL_SCHOOL["1984" if code_set == "1984" else "2006"]
    return found is not None and found.finished and found.rank >= SECONDARY and code not in general
