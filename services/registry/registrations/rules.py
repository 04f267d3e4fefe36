"""Who may do what with registrations, when one recognises itself, and whether a held place is good. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.registry.registrations.errors import PlaceLapsed, PlacesUnknown, QuotaFull
from services.registry.subjects.rules.documents import Note
from shared.auth import Caller, Itself, Role
from shared.contracts.policy import Programme
from shared.contracts.registration import AMENDABLE, ENDED, RegistrationState
from shared.problems import Refusal, Said

WRITERS = (Role.INSTITUTION_CLERK, Role.BUREAU_OFFICER)
ACTORS = (Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER)
READERS = (*ACTORS, Role.AUDITOR)
SEES_ALL = (Role.BUREAU_OFFICER, Role.AUDITOR)


def amendable(role: str) -> tuple[RegistrationState, ...]:
    """The states in which a role may amend a registration (可修改); what is on notice is the bureau's to amend."""
    if role not in WRITERS:
        return ()
    return (*AMENDABLE, RegistrationState.ON_NOTICE) if role == Role.BUREAU_OFFICER else AMENDABLE


SYSTEM = Caller("registry", Itself.SYSTEM)  # who recognises what nothing and nobody has to look at

ABOUT_PLACE = "place"  # what is noted of places is true only until the next time they are asked for
PLACE_NEEDED = Note(
    "place_needed",
    "info",
    Said(
        "有名额限制，正在核定名额；取得名额即自动认定，无须再次提交",
        "Places are limited here, and one has been asked for: it is recognised as soon as it has one, "
        "nothing more need be done",
    ),
)
BEYOND_AMOUNT = Note(
    "beyond_amount",
    "info",
    Said(
        "已超出目标任务，在“左右”容差之内或经两人说明理由",
        "Above the amount: within the tolerance of “about”, or by an override",
    ),
)


BY_TWO = Said(
    "名额已满，该名额系突破取得；须由两名经办人填写同一“突破理由”办理",
    "No place is left and this one is beyond the limit: two officers have to act with the same reason to go beyond",
)


INACTIVE = (*ENDED, RegistrationState.DRAFT)  # in nobody's way: whoever is submitted first is in
BEGUN_WITH = {"workflow", "notice_working_days", "counting_date"}


def as_it_began(programme: Programme, began_with: Mapping[str, Any] | None) -> Programme:
    """The programme with the workflow that a registration began with (办理流程从其开始), whatever it is now."""
    return programme.model_copy(update=dict(began_with)) if began_with else programme


# What is noticed beside other records, which may be another institution's: the bureau alone is told of it.
BESIDE_OTHERS = frozenset({"merge", "unmerge"})  # acts of which the reason may speak of another institution's
HINTS = frozenset({"name_differs", "number_corrected", "possible_duplicate", "again_from_elsewhere"})


class Place(NamedTuple):
    """A place that is held for a registration as it then was; without a seat none is needed."""

    version: int
    seat_id: UUID | None = None
    overridden: bool = False
    beyond_amount: bool = False


def place_refusal(
    place: Place | Refusal | None, version: int, lapsed: Collection[UUID], *, by_two: bool
) -> Refusal | None:
    """Why a recognition may not rest on this place; an override (突破名额) takes two officers."""
    if isinstance(place, Refusal):
        return place
    if place is None or place.version != version:  # when quota was asked, none was needed, or for something else
        return PlacesUnknown()
    if place.seat_id in lapsed:
        return PlaceLapsed()
    return QuotaFull(detail=BY_TWO) if place.overridden and not by_two else None


def stored_notes(about: str, notes: Sequence[Note]) -> list[dict[str, str]]:
    """Notes as they are stored, in both languages, and whether the subject or the programme's rules raised them."""
    return [
        {"about": about, "code": note.code, "severity": note.severity, "zh": note.said.zh, "en": note.said.en}
        for note in notes
    ]


def on_waiting_list(name: Said) -> Note:
    """What is noted of a registration that found no place (候补); `name` is that of the limit which is full."""
    return Note(
        "waiting_list",
        "info",
        Said(
            f"{name.zh}的名额已占满，已列入候补；有名额退出后，由人才办按候补次序办理认定",
            f"All places of {name.en} are in use: it is on the waiting list, and the bureau recognises in the order "
            "of the list when a place is given back",
        ),
    )


def may_recognise_itself(warnings: Sequence[Mapping[str, str]]) -> bool:
    """Whether nothing about a registration needs a person's eyes (无须人工核查).

    That a place is needed is for quota to settle; older registrations have it as a warning.
    """
    return all(each["severity"] != "warning" or each["code"] == PLACE_NEEDED.code for each in warnings)


def without_place_notes(warnings: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """What is noted of a registration beside places."""
    return [each for each in warnings if each["about"] != ABOUT_PLACE and each["code"] != PLACE_NEEDED.code]
