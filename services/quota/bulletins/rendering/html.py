"""The page to read and to print: A4, no script, nothing from outside, style named by its hash in the policy."""

import base64
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.quota.bulletins.rendering import tables, words
from services.quota.bulletins.schemas import Content
from shared.problems import Language

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_of(content: Content, sha256: str, language: Language) -> str:
    """A bulletin as a page."""
    shown = [(table, tables.groups_shown(table)) for table in content.programmes]
    return (
        _templates()
        .get_template("bulletin.html")
        .render(
            content=content,
            sha256=sha256,
            language=language,
            style=Markup(STYLE),  # noqa: S704  # our own file
            title=words.title(content, language),
            body=words.body(content, language),
            say=lambda key, **values: words.say(key, language, **values),
            in_=lambda text: text.in_(language),
            date=lambda day: words.written_date(day, language),
            unit_row=words.unit_row(content, words.say("by_line", language), language),
            widths=tables.widths,
            programmes=[(table, groups) for table, groups in shown if groups],
            unshown=[table.name for table, groups in shown if not groups],
            listed=lambda texts: words.listed(texts, language),
            group_name=lambda group: tables.group_name(group, language),
            heads=lambda columns: tables.heads(columns, language),
            cells=lambda columns, line: [column.cell(line, language) for column in columns],
            city=tables.city_columns(content),
            unit_columns=lambda table: tables.unit_columns(content, table),
            indicator_columns=tables.INDICATOR_COLUMNS,
            restated_columns=tables.RESTATED_COLUMNS,
            restated_notes=words.restated_notes(content, language),
            notes=words.notes(content, language),
        )
    )
