"""Guides name pages that their readers may open and commands that there are; links of all documents lead somewhere."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import services.portal.pages
from services.portal.shell.groups import PageGroup, find_groups
from shared.auth import Role
from shared.cli import app

ROOT = Path(__file__).parents[2]
GUIDES = {
    "leader": {Role.LEADER},
    "clerk": {Role.INSTITUTION_CLERK},
    "reviewer": {Role.INSTITUTION_REVIEWER},
    "district": {Role.DISTRICT_OFFICER},
    "auditor": {Role.AUDITOR},
    "officer": {Role.BUREAU_OFFICER},
    "operator": {Role.OPERATOR},
    "partner": set[Role](),
}
OF_A_SERVICE = {"/docs", "/openapi.json"}
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
FOREIGN = re.compile(r"https?://|mailto:")


def documents() -> list[Path]:
    """Everything written for readers."""
    folders = (ROOT / name for name in ("docs", "deploy", "services", "shared", "bench"))
    return [*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))]


def anchors(path: Path) -> set[str]:
    """The headings of a document, as pages of a forge name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in headings}


def broken(path: Path) -> list[str]:
    """Links of a document that lead nowhere."""
    found = []
    for link in LINK.findall(path.read_text()):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not FOREIGN.match(link) and not (target.exists() and (not anchor or anchor in anchors(target))):
            found.append(f"{path.relative_to(ROOT)}: {link}")
    return found


def test_every_link_leads_somewhere() -> None:
    assert len(documents()) > 100
    assert [line for path in documents() for line in broken(path)] == []


def test_the_site_has_every_document() -> None:
    """`make docs` builds what docs/index.md names, and the decisions."""
    index = ROOT / "docs" / "index.md"
    listed = re.findall(r"^([\w./-]+)$", index.read_text(), re.MULTILINE)
    named = {(index.parent / f"{each}.md").resolve() for each in listed}
    assert named | {index, *(ROOT / "docs" / "decisions").glob("*.md")} == set(documents())


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# 一 · One\n[a](#一--one) [b](#two) [c](none.md) [d](https://example.org)\n")
    assert broken(page) == ["page.md: #two", "page.md: none.md"]


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_pages_of_its_readers_and_commands_that_there_are(guide: str) -> None:
    """Pages by their titles or paths."""
    text = (ROOT / "docs" / "guides" / f"{guide}.md").read_text()
    groups = [(name, set(group.roles)) for group in find_groups(services.portal.pages) for name in names_of(group)]
    named = set(re.findall(r"`(/[\w/.-]*)`|\*\*([^*]+)\*\*", text))
    for page in {path or title for path, title in named} - OF_A_SERVICE:
        opened = [roles & GUIDES[guide] for name, roles in groups if name == page]
        assert all(opened) if opened else not page.startswith("/"), page
    for words in re.findall(r"`talent ([a-z -]+)`", text):
        command = get_command(app)
        for word in words.split():
            assert isinstance(command, TyperGroup), words
            command = command.commands[word]


def names_of(group: PageGroup) -> tuple[str, str]:
    """Its path, and its title as guides have it."""
    return group.path, group.title.zh


def test_every_guide_is_in_the_readme() -> None:
    assert {path.stem for path in (ROOT / "docs" / "guides").glob("*.md")} == {*GUIDES}
    assert all(f"docs/guides/{guide}.md" in (ROOT / "README.md").read_text() for guide in GUIDES)
