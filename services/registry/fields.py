"""What may be typed into a field: a day as people write it, and text without characters nobody sees."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_UNSEEN = r"\x00-\x08\x0b-\x1f\x7f"


def _written_as_a_day(given: object) -> object:
    """A number is no day: it is a cell that lost its format, and would pass for seconds since 1970."""
    if isinstance(given, date) or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise PydanticCustomError("date_parsing", "written YYYY-MM-DD, from 1900 to 2199")


Day = Annotated[date, BeforeValidator(_written_as_a_day)]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
Filled = Annotated[str, Field(min_length=1, pattern=rf"^[^{_UNSEEN}]*[^{_UNSEEN}\s][^{_UNSEEN}]*$")]
