"""What of one batch is said together: the milestones of one jump are one alert that names them all (X05). Pure."""

from collections.abc import Iterable
from dataclasses import replace

from services.notify.alerts.rules.content import AlertContent
from services.notify.alerts.rules.kinds import KINDS
from services.notify.alerts.rules.states import Severity


def together(contents: Iterable[AlertContent]) -> list[AlertContent]:
    """Contents in order, milestones of a kind that a subject passed one after the other as one.

    It stands where the last of them stood, with the figures of that, and names every milestone. What happened between
    them keeps them apart: reached, fallen back and regained are three, in the order in which they happened.
    """
    last: dict[str, AlertContent] = {}
    said: dict[AlertContent, None] = {}
    for content in contents:
        before, joined = last.get(content.subject_ref), content
        if before is not None and _go_together(before, content):
            del said[before]
            joined = _joined(before, content)
        last[content.subject_ref] = joined
        said[joined] = None
    return list(said)


def _go_together(before: AlertContent, content: AlertContent) -> bool:
    def of(each: AlertContent) -> tuple[object, ...]:
        return each.kind, each.subject_kind, each.facts.generation, each.facts.episode

    return content.percent is not None and of(before) == of(content)


def _joined(before: AlertContent, content: AlertContent) -> AlertContent:
    kind = KINDS[content.kind]
    percents = sorted({*(before.facts.percents or []), *(content.facts.percents or [])})
    percent = percents[0] if kind.falls else percents[-1]  # the one that says most
    return replace(
        content,
        percent=percent,
        severity=max(before.severity, content.severity, key=list(Severity).index),
        also=(*before.also, before.cause),
        facts=content.facts.model_copy(update={"percent": percent, "percents": percents}),
    )
