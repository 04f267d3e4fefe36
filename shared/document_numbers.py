"""Document numbers (发文字号) as people write them, and the one form in which every service keeps them. Pure."""

import re
import unicodedata

_YEAR = r"\s*(?P<year>[0-9]{4})\s*"
_WRITTEN = re.compile(
    rf"(?P<of>(?:\S.*?)?)\s*[〔\[(【〈《{{]{_YEAR}[〕\])】〉》}}]\s*第?\s*0*(?P<number>[1-9][0-9]*)\s*号"
)

_OFFICIAL = re.compile(r"[^\[\]〔〕()（）【】［］\s\d]{1,30}〔[0-9]{4}〕[1-9][0-9]{0,5}号")


def is_official(number: str) -> bool:
    """Whether a number is one that a document bears, and no free text: 洪人社字〔2020〕5号."""
    return _OFFICIAL.fullmatch(number) is not None


def document_no(written: str) -> str:
    """A document number in its one form, 洪人社字〔2020〕5号; anything else stays as it was written.

    Six-cornered brackets, no 第, no leading zero, no space, half-width digits (GB/T 9704-2012).
    """
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", written).strip())
    return f"{''.join(found['of'].split())}〔{found['year']}〕{found['number']}号" if found else written
