"""The page to read and to print: A4, no script, nothing from outside, style named by its hash in the policy."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.quota.bulletins.rendering import tables, words
from services.quota.bulletins.schemas import Content, ProgrammeTable
from shared import printed_pages
from shared.days import written_day
from shared.problems import Language

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
SECOND = (TEMPLATES / "second.css").read_text(encoding="utf-8")  # since version 2


def _style(content: Content) -> str:
    return STYLE if content.version == 1 else STYLE + SECOND


def content_security_policy(content: Content) -> str:
    """What a bulletin's page may load."""
    return printed_pages.content_security_policy(_style(content))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _caption(content: Content, table: ProgrammeTable, group: str) -> str:
    return f"{table.code} · {group}" if content.version == 1 else group


def page_of(content: Content, sha256: str, language: Language) -> str:
    """A bulletin as a page."""
    version = content.version
    shown = [(table, tables.groups_shown(content, table)) for table in content.programmes]
    numbers = {id(table): f"{n}." for n, (table, groups) in enumerate(((t, g) for t, g in shown if g), 1)}

    return (
        _templates()
        .get_template("bulletin.html")
        .render(
            content=content,
            sha256=sha256,
            language=language,
            style=Markup(_style(content)),  # noqa: S704  # our own file
            title=words.title(content, language),
            body=words.body(content, language),
            say=lambda key, **values: words.say(key, language, version, **values),
            in_=lambda text: text.in_(language),
            date=lambda day: written_day(day, language),
            period=lambda label: words.period(label, language, version),
            unit_row=words.unit_row(content, words.say("by_line", language), language),
            widths=tables.widths,
            programmes=[(table, groups) for table, groups in shown if groups],
            unshown=[table.name for table, groups in shown if not groups],
            number=lambda table: table.code if version == 1 else numbers[id(table)],
            scrolls=version > 1,
            region=lambda table, group: f"{table.name.in_(language)} · {words.say(group, language, version)}",
            caption=lambda table, group: _caption(content, table, words.say(group, language, version)),
            is_sum=tables.is_sum,
            listed=lambda texts: words.listed(texts, language),
            heads=lambda columns: tables.heads(columns, language),
            cells=lambda columns, line: [column.cell(line, language) for column in columns],
            city=tables.city_columns(content),
            unit_columns=lambda table: tables.unit_columns(content, table),
            indicator_columns=tables.indicator_columns(content),
            restated_columns=tables.restated_columns(content),
            restated_notes=words.restated_notes(content, language),
            notes=words.notes(content, language),
        )
    )
