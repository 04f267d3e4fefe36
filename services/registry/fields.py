"""What may be typed into a field: a day and a document number as people write them, text without hidden characters."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.registry.written import NOT_A_DAY, read_date
from shared.document_numbers import document_no
from shared.problems import Fault, Said

_UNSEEN = r"\x00-\x08\x0b-\x1f\x7f"


def _as_a_day(given: object) -> date:
    """A number is no day here: nobody knows from which sheet it came, and with which format."""
    day = read_date(given) if isinstance(given, str | date) else NOT_A_DAY
    if isinstance(day, Fault):
        raise PydanticCustomError(day.code, day.said.en, {"zh": day.said.zh})
    return day


def _written(given: object) -> object:
    """A number is no moment: nobody knows in which unit it counts."""
    if isinstance(given, str | datetime):
        return given
    raise PydanticCustomError(NO_MOMENT.code, NO_MOMENT.said.en, {"zh": NO_MOMENT.said.zh})


def _of_our_calendar(given: datetime) -> datetime:
    if not 1900 <= given.year <= 2199:
        raise PydanticCustomError(NO_MOMENT.code, NO_MOMENT.said.en, {"zh": NO_MOMENT.said.zh})
    return given


NO_MOMENT = Fault(
    "",
    "datetime_parsing",
    Said(
        "应为带时区的时间（1900至2199年），如 2019-10-10T23:59:59+08:00",
        "should be a moment with its zone, from 1900 to 2199, such as 2019-10-10T23:59:59+08:00",
    ),
)
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_of_our_calendar)]
Day = Annotated[date, BeforeValidator(_as_a_day)]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
Filled = Annotated[str, Field(min_length=1, pattern=rf"^[^{_UNSEEN}]*[^{_UNSEEN}\s][^{_UNSEEN}]*$")]
Reason = Annotated[Filled, Field(max_length=1000)]
DocumentNo = Annotated[Filled, Field(max_length=100), AfterValidator(document_no)]
