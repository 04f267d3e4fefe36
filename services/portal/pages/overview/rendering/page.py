"""What the template of the overview shows, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.portal.client.progress import ProgressAnswer
from services.portal.pages.overview.queries import OverviewAnswers
from services.portal.pages.overview.rendering.sections import overview
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values
from shared.problems import Language, Said


def shown(
    answers: OverviewAnswers, language: Language, chosen: date | None, today: date, mistake: Mistake | None
) -> dict[str, Any]:
    """The values of `page.html`; `chosen` is the day that was asked for, None for today."""
    view = overview(answers, chosen or today)

    def called(code: str) -> str:
        return view.names.get(code, Said(code, code)).in_(language)

    def called_all(codes: Sequence[str]) -> Sequence[str]:
        return [called(code) for code in codes]

    def name_of(item: ProgressAnswer) -> str:
        return called(item.programme) if item.programme in view.names else item.wording

    return {
        **figure_values(language),
        "view": view,
        "day": shown_day(chosen, today, mistake, view.starts),
        "called": called,
        "called_all": called_all,
        "name_of": name_of,
    }
