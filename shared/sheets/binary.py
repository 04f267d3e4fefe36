"""What the library that reads workbooks does not say of an XLS: error cells, which it gives as blank.

Found by the form of their records ([MS-XLS] 2.4.24 BoolErr, 2.4.127 Formula), wherever those lie in the container; of
which sheet a record is, is not known, so that one counts only where a sheet's cell came out blank.
"""

import re
from struct import unpack

from shared.sheets.books import BrokenCell
from shared.sheets.parts import Place, SheetFacts

_CODES = rb"[\x00\x07\x0f\x17\x1d\x24\x2a]"
_CONSTANT = re.compile(rb"\x05\x02\x08\x00(.{4})..%b\x01" % _CODES, re.DOTALL)
_FORMULA = re.compile(rb"\x06\x00.\x00(.{4})..\x02.%b...\xff\xff" % _CODES, re.DOTALL)
_FROM_1904 = b"\x22\x00\x02\x00\x01\x00"  # Date1904 (2.4.77)


def facts_of(content: bytes) -> SheetFacts:
    """The places of error cells, of whichever sheet."""
    places = [*_CONSTANT.findall(content), *_FORMULA.findall(content)]
    return SheetFacts(hidden_rows=None, broken={_place(each): BrokenCell.ERROR for each in places})


def starts_1904(content: bytes) -> bool:
    """Whether it counts its days from 1904."""
    return _FROM_1904 in content[: 1 << 16]


def _place(four: bytes) -> Place:
    row, column = unpack("<HH", four)
    return row + 1, column + 1
