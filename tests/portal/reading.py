"""Reads a page as a person or a machine would: its text, its elements, one row of it."""

from html.parser import HTMLParser


class Read(HTMLParser):
    """The text of a page, and its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._skipped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._skipped += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def fields(self) -> dict[str, str]:
        """What its inputs send, as they are filled in; boxes that are not ticked send nothing."""
        inputs = [each for each in self.all("input") if each.get("type") not in ("checkbox", "radio")]
        return {each["name"] or "": each.get("value") or "" for each in inputs if each.get("name")}

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def row_of(html: str, code: str) -> str:
    """The text of one programme's row."""
    return Read(html.partition(f'<article class="row" id="{code}"')[2].partition("</article>")[0]).text
