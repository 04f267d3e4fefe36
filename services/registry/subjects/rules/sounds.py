"""How a name sounds: what a name in Chinese characters and the same name in Latin letters share (拼音)."""

import os
from functools import lru_cache
from itertools import product

# A name is read character by character. The readings of 47,000 words, which we never ask for, would take 60 MB.
os.environ |= {"PYPINYIN_NO_PHRASES": "1", "PYPINYIN_NO_DICT_COPY": "1"}
from pypinyin import Style, pinyin

from services.registry.subjects.rules.names import name_key

MOST_READINGS = 8


def readings(name: str) -> frozenset[str]:
    """The letters of a name's readings, sorted: 欧阳明 = OUYANG MING = Ming Ouyang.

    Sorting lets parts stand in any order, together or apart. A surname has all its readings (单 dan, shan), what
    follows the usual one.
    """
    key = name_key(name).replace(" ", "")
    ways = [_sounds(char) if place == 0 else _sounds(char)[:1] for place, char in enumerate(key)]
    spelt = ("".join(way) for way in list(product(*ways))[:MOST_READINGS])
    return frozenset("".join(sorted(_in_latin_letters(each))) for each in spelt)


@lru_cache(maxsize=20_000)
def _sounds(char: str) -> list[str]:
    """Every reading of a character; what is none stands for itself."""
    (found,) = pinyin(char, style=Style.NORMAL, heteronym=True) or [[char]]
    return found


def _in_latin_letters(text: str) -> str:
    """As passports have it: ü is written v, u or yu (吕 LYU, LV)."""
    return text.replace("ü", "v").replace("lyu", "lv").replace("nyu", "nv")
