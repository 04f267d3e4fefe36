"""What the template of the overview shows, in the reader's language."""

from datetime import date
from typing import Any

from services.portal.pages.overview.queries import OverviewAnswers
from services.portal.pages.overview.rendering.sections import overview
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values
from shared.problems import Language


def shown(
    answers: OverviewAnswers, language: Language, chosen: date | None, today: date, mistake: Mistake | None
) -> dict[str, Any]:
    """The values of `page.html`; `chosen` is the day that was asked for, None for today."""
    view = overview(answers, chosen or today)

    return {
        **figure_values(language, view.names),
        "view": view,
        "day": shown_day(chosen, today, mistake, view.starts),
    }
