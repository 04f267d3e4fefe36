"""What a kind of alerts (提醒类别) is."""

from dataclasses import dataclass

from services.notify.alerts.rules.states import Severity
from shared.contracts.quota import QuotaEvent
from shared.problems import Said

NEARLY_THERE = 90  # percent; from here on a milestone is more than news


@dataclass(frozen=True)
class AlertKind:
    """What happened (提醒类别): the event that causes it, its weight and its words.

    Alerts of one series about the same subject and milestone follow one another: one that `replaces` takes the place
    of what was said last (以本条为准). `early_severity` is the weight of a milestone that is not NEARLY_THERE.
    One that `corrects` a series says that what was said in it no longer holds, and reaches whoever heard that.
    `body_with_cause` begins with the cause, where the event names it. Of milestones that are said together one that
    `falls` is headed by the lowest, any other by the highest. One that is `red` opens a follow-up (督办单), as whatever
    is critical does; one that `settles` another kind ends those of it. No event causes one of a follow-up.
    """

    code: str  # its word in JSON and in the database
    cause: type[QuotaEvent] | None
    title: Said
    body: Said
    body_with_cause: Said | None = None
    severity: Severity = Severity.NOTICE
    early_severity: Severity | None = None
    series: str | None = None
    replaces: bool = False
    corrects: str | None = None
    falls: bool = False
    red: bool = False
    settles: str | None = None

    def severity_at(self, percent: int | None) -> Severity:
        """The weight of an alert of this kind about a milestone, or about none."""
        early = percent is not None and percent < NEARLY_THERE
        return self.early_severity if early and self.early_severity else self.severity
