"""A refused write as what is wrong with the form that was sent (填报有误)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.client.schemas import ProblemAnswer


@dataclass(frozen=True)
class FormError:
    """One thing that is wrong, and with which field; without a field it is wrong with the whole form."""

    text: str
    field: str | None = None
    label: str | None = None


def form_errors(problem: ProblemAnswer, labels: Mapping[str, str]) -> Sequence[FormError]:
    """What to show above a form and beside its fields, in the order in which the service found it.

    `labels` has the form's fields with what they are called. A field is named by its path in the body that was sent,
    with dots: `/subject/id_number` is `subject.id_number`. What is wrong within a field (`/details/terms/0`) is shown
    at that field; what no field of this form answers for is shown for the whole form, and nothing is left out.
    """
    found = [FormError(fault.detail, *_field_of(fault.pointer, labels)) for fault in problem.errors]
    return found or [FormError(problem.detail or problem.title)]


def errors_of(problem: ProblemAnswer, labels: Mapping[str, str]) -> Sequence[FormError]:
    """The same for a page that says by itself that somebody changed meanwhile what its form showed (412)."""
    return () if problem.status == 412 else form_errors(problem, labels)


def _field_of(pointer: str, labels: Mapping[str, str]) -> tuple[str | None, str | None]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in labels:
            return name, labels[name]
    return None, None
