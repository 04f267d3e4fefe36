"""What the template of the overview shows, in the reader's language."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from services.portal.pages.overview import rules
from services.portal.pages.overview.queries import OverviewAnswers
from services.portal.pages.overview.rendering.sections import overview
from services.portal.pages.overview.rendering.words import written_period
from services.portal.pages.overview.schemas import ProgressAnswer
from shared.clauses import written_clause
from shared.problems import Language, Said

SHAPES = {"green": "●", "yellow": "◆", "red": "▲"}
SIGNS = {"pending": "○", "reached": "●", "fallen_back": "▼", "regained": "◉"}


def shown(
    answers: OverviewAnswers, language: Language, chosen: date | None, today: date, mistake: rules.Mistake | None
) -> dict[str, Any]:
    """The values of `page.html`; `chosen` is the day that was asked for, None for today."""
    view = overview(answers, chosen or today)

    def called(code: str) -> str:
        return view.names.get(code, Said(code, code)).in_(language)

    return PARTS | {
        "view": view,
        "chosen": chosen or today,
        "today": today,
        "past": chosen is not None,
        "mistake": mistake,
        "years": rules.years(view.starts, today),
        "as_of_address": lambda day: "/?" + urlencode({"as_of": day}),
        "period": lambda period: written_period(period, language),
        "clause": lambda clause: written_clause(clause, language),
        "called": called,
        "called_all": lambda codes: [called(code) for code in codes],
        "name_of": lambda item: called(item.programme) if item.programme in view.names else item.wording,
    }


def _bar(item: ProgressAnswer) -> rules.DrawnBar:
    expected = item.pace.expected_percent if item.pace else None
    return rules.bar(item.value, item.amount or 0, expected, [each.percent for each in item.milestones])


def _amount(item: ProgressAnswer) -> str:
    amount = f"{item.amount or 0:,}"
    return f"{amount}–{item.amount_max:,}" if item.amount_max is not None else amount


def _signed(points: str) -> str:
    return points.replace("-", "−") if points.startswith("-") else f"+{points}"  # a real minus


def _link_within(path: str) -> str:
    return path if path.startswith("/") and not path.startswith("//") else "/"


PARTS: dict[str, Any] = {
    "shape": SHAPES.__getitem__,
    "sign": SIGNS.__getitem__,
    "signed": _signed,
    "link": _link_within,
    "bar_of": _bar,
    "result": lambda item: rules.result(item.status),
    "amount_of": _amount,
}
