"""A batch as posted: each item read on its own, so that a bad one leaves the others untouched."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from services.registry.people.rules import excel_damaged
from services.registry.people.schemas import PersonSubject
from services.registry.registrations.commands import Shown
from services.registry.registrations.schemas import Batch, Item, Items, NewRegistration
from shared.faults import faults_of
from shared.problems import Fault, InvalidBody, Language, Refusal, Said

DAMAGED = Fault(
    "/subject/id_number",
    "excel_damaged",
    Said(
        "本批身份证号码全部以 000 结尾，应是表格软件只保留了 15 位数字；请将该列设为文本格式，用原始号码重新填写",
        "Every resident number of this batch ends in 000: a spreadsheet kept 15 digits only. Format the column as text "
        "and fill in the numbers anew",
    ),
)


def read_batch(batch: Batch) -> list[NewRegistration | InvalidBody]:
    """Every item as a registration, or what is wrong with it."""
    items = [_item(raw) for raw in batch.items]
    people = [each.subject.id_number for each in items if _states_person(each)]  # type: ignore[union-attr]
    if not excel_damaged(people):
        return items
    return [InvalidBody(DAMAGED) if _states_person(each) else each for each in items]


def _item(raw: Any) -> NewRegistration | InvalidBody:
    try:
        return NewRegistration.model_validate(raw)
    except ValidationError as error:
        return InvalidBody(*faults_of(error.errors(include_input=False), raw))


def _states_person(item: NewRegistration | InvalidBody) -> bool:
    return isinstance(item, NewRegistration) and isinstance(item.subject, PersonSubject)


def told(
    items: Sequence[NewRegistration | InvalidBody], outcomes: Sequence[Shown | Refusal], language: Language
) -> Items:
    """The outcome of each item in the order sent; `outcomes` are those of the items that could be read."""
    following = iter(outcomes)
    shown = []
    for index, item in enumerate(items):
        outcome = item if isinstance(item, InvalidBody) else next(following)
        if isinstance(outcome, Refusal):
            shown.append(Item.refused(index, outcome, language))
        else:
            shown.append(
                Item(
                    index=index,
                    status=201,
                    registration=outcome.read(language),
                )
            )
    return Items(items=shown)
