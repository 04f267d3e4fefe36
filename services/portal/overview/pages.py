"""Renders the pages: templates with the words and figures of one language, style included, nothing from outside."""

import base64
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.portal.overview import rules
from services.portal.overview.schemas import Progress
from services.portal.overview.views import Overview
from services.portal.overview.words import WORDS, written_date, written_instant, written_month, written_period
from shared.problems import Language, Said

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SHAPES = {"green": "●", "yellow": "◆", "red": "▲"}
SIGNS = {"pending": "○", "reached": "●", "fallen_back": "▼", "regained": "◉"}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def message(what: str, language: Language) -> str:
    """A page that says one thing: what is the matter, and what to do."""
    return _templates().get_template("message.html").render(_words(language) | {"what": what})


def bulletin_list(found: Sequence[Any] | None, language: Language) -> str:
    """Every published bulletin; None where quota does not answer."""
    return _templates().get_template("bulletins.html").render(_words(language) | {"found": found})


def first_page(view: Overview, language: Language, chosen: date | None, today: date, mistake: str | None) -> str:
    """The overview; `chosen` is the day asked for, None for today."""

    def here(**changed: Any) -> str:
        asked = {"as_of": chosen} | changed
        kept = {name: str(value) for name, value in asked.items() if value is not None}
        return "/?" + urlencode(kept) if kept else "/"

    def called(code: str) -> str:
        return view.names.get(code, Said(code, code)).in_(language)

    return (
        _templates()
        .get_template("overview.html")
        .render(
            _words(language),
            view=view,
            chosen=chosen or today,
            today=today,
            past=chosen is not None,
            mistake=mistake,
            years=rules.years(view.starts, today),
            here=here,
            called=called,
            called_all=lambda codes: [called(code) for code in codes],
            name_of=lambda item: called(item.programme) if item.programme in view.names else item.wording,
        )
    )


def _words(language: Language) -> dict[str, Any]:
    def say(key: str, **values: object) -> str:
        return WORDS[key].in_(language).format_map(values)

    return {
        "say": say,
        "language": language,
        "style": Markup(STYLE),  # noqa: S704  # our own file
        "number": lambda value: f"{value:,}",
        "date": lambda day: written_date(day, language),
        "instant": lambda at: written_instant(at, language),
        "month": lambda month: written_month(month, language),
        "period": lambda period: written_period(period, language),
        "shape": SHAPES.__getitem__,
        "sign": SIGNS.__getitem__,
        "signed": lambda points: points.replace("-", "−") if points.startswith("-") else f"+{points}",  # a real minus
        "link": lambda path: path if path.startswith("/") and not path.startswith("//") else "/",
        "bar_of": _bar,
        "result": lambda item: rules.result(item.status),
        "amount_of": _amount,
    }


def _bar(item: Progress) -> rules.Bar:
    expected = item.pace.expected_percent if item.pace else None
    return rules.bar(item.value, item.amount or 0, expected, [each.percent for each in item.milestones])


def _amount(item: Progress) -> str:
    amount = f"{item.amount or 0:,}"
    return f"{amount}–{item.amount_max:,}" if item.amount_max is not None else amount
