"""What turns a text into something that runs stands nowhere, or where it is named here, and the text there is our own.

Whoever adds a place looks at what gets there: nothing that somebody typed or sent (ASVS 5.0, 1.2, 1.3, 1.5, 11.4).
"""

import re

import pytest

from tests.house.names import PRODUCT, ROOT, sources

# What each looks like, and the files where it may.
KINDS: dict[str, tuple[str, set[str]]] = {
    "a shell": (r"shell=True|\bos\.(?:system|popen)\(|\bgetoutput\(", set()),
    "code out of a text": (r"(?<![\w.])(?:eval|exec|compile|__import__)\(", set()),
    "objects out of bytes": (r"\b(?:pickle|marshal|shelve|jsonpickle|dill|yaml)\b", set()),
    "a statement put together": (
        r"""(?<![\w.])text\((?:f["']|[^"'\s)]*\s*[.+%])|exec_driver_sql\((?!["'])""",
        {"services/quota/seats/models.py", "services/registry/registrations/models.py", "shared/migrations.py",
         "shared/wakeups.py"},
    ),  # states of a list, a table's own name, a channel's
    "a pattern put together": (r"\bre\.(?:compile|match|fullmatch|search|sub|split|findall|finditer)\(f[\"']", set()),
    "a template out of a text": (
        r"\bfrom_string\(|(?<!\w)Template\(",
        {"services/notify/channels/email.py", "services/registry/transitions/rendering.py"},
    ),  # the page of a mail, the form of a notice
    "markup out of a text": (
        r"\bMarkup\(|\|\s*safe\b|autoescape=False",
        {"services/portal/shell/layout.py", "services/quota/bulletins/rendering/html.py",
         "services/registry/transitions/rendering.py"},
    ),  # a style of ours in its element
    "a hash that is broken": (r"\b(?:md5|sha1)\b", set()),
    "a number that can be guessed": (
        r"^(?:from|import) random\b", {"services/notify/deliveries/rules.py", "shared/cli/demo_year.py"}
    ),  # when to try again, and the lots of the demo
}  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Sources and templates by their place."""
    paths = [*sources(*PRODUCT), *(path for top in PRODUCT for path in (ROOT / top).rglob("*.html"))]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths}


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_becomes_something_that_runs(texts: dict[str, str], kind: str) -> None:
    looks, places = KINDS[kind]
    assert {place for place, text in texts.items() if re.search(looks, text, re.MULTILINE)} == places


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("a shell", "subprocess.run(words, shell=True)"),
        ("code out of a text", "held = eval(given)"),
        ("objects out of bytes", "from pickle import loads"),
        ("a statement put together", 'session.execute(text(f"SELECT {name}"))'),
        ("a statement put together", "session.execute(text(head + given))"),
        ("a statement put together", "connection.exec_driver_sql(given)"),
        ("a pattern put together", 're.search(f"^{given}", line)'),
        ("a template out of a text", "environment.from_string(given)"),
        ("markup out of a text", "<p>{{ name | safe }}</p>"),
        ("a hash that is broken", "hashlib.md5(content)"),
        ("a number that can be guessed", "import random"),
    ],
)
def test_what_would_is_found(kind: str, wrong: str) -> None:
    assert re.search(KINDS[kind][0], wrong, re.MULTILINE)
