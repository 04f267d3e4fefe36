"""The text for chat groups: one message, at most 2,048 bytes as WeCom takes it; what is left out is said."""

from services.quota.bulletins.rendering import words
from services.quota.bulletins.rendering.words import SHAPES
from services.quota.bulletins.schemas import Content, QuotaLine
from shared.cells import plain_cell
from shared.days import written_day
from shared.problems import Language, Said

LARGEST = 2_048  # bytes, not characters

URGENT = ("red", "yellow", "green", None)
LEFT_OUT = Said("另有{count}项，详见通报全文。", "Left out here: {count}; see the full bulletin.")
RESTATED = Said("更正{count}项，见全文。", "Figures restated: {count}; see the full bulletin.")
AS_OF = Said("数据截至{day}", "Data as of {day}")


def chat_text(content: Content, sha256: str, language: Language) -> str:
    """A bulletin for a chat group: the targets, the most urgent kept where not all fit."""
    top = [words.title(content, language)]
    if content.number:
        top.append(content.number)
    top += [AS_OF.in_(language).format(day=written_day(content.as_of, language)), words.body(content, language)]
    end = [RESTATED.in_(language).format(count=len(content.restatements))] if content.restatements else []
    end += (
        [words.say("note_silent", language, content.version, names=words.listed(content.silent, language))]
        if content.silent
        else []
    )
    end += [f"SHA-256 {sha256[:16]}…"]
    targets = [line for line in content.city if line.amount]
    kept = sorted(range(len(targets)), key=lambda n: URGENT.index(targets[n].lamp))
    for count in range(len(targets), -1, -1):
        shown = [_line(targets[n], language, content.version) for n in sorted(kept[:count])]
        left = [LEFT_OUT.in_(language).format(count=len(targets) - count)] if count < len(targets) else []
        text = "\n".join(map(plain_cell, [*top, *shown, *left, *end])) + "\n"
        if len(text.encode()) <= LARGEST:
            return text
    return text.encode()[: LARGEST - 4].decode(errors="ignore") + "…\n"


def _line(line: QuotaLine, language: Language, version: int) -> str:
    points = None if line.ahead_points is None else line.ahead_points.replace("-", words.MINUS)
    signed = points if points is None or points[0] == words.MINUS else f"+{points}"
    return words.say(
        "chat_line",
        language,
        version,
        lamp=f"{SHAPES[line.lamp]} " if line.lamp else "○ ",
        name=line.name.in_(language),
        value=f"{line.value:,}",
        amount=f"{line.amount:,}",
        measure=line.measure_word.in_(language),
        done=line.completion_percent,
        ahead="" if signed is None else words.say("chat_ahead", language, version, points=signed),
    )
