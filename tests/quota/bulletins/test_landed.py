"""Editions of the landed version: read as its own code printed them, to the byte, whatever words are used now."""

import gzip
import json
import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from services.quota.bulletins.rendering.chat import chat_text
from services.quota.bulletins.rendering.html import content_security_policy, page_of
from services.quota.bulletins.rendering.xlsx import workbook
from services.quota.bulletins.rules import canonical, hash_of
from services.quota.bulletins.schemas import Content
from shared.problems import Language

LANDED = Path(__file__).parent / "landed"
WHEN = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")  # a workbook was made


def parts(book: bytes) -> bytes:
    """Every part of a workbook, which is packed anew whenever it is read."""
    with ZipFile(BytesIO(book)) as packed:
        return b"".join(name.encode() + WHEN.sub(b"", packed.read(name)) for name in sorted(packed.namelist()))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("edition", ["month", "report"])
def test_y_a_published_edition_keeps_its_words_to_the_byte(edition: str, language: Language) -> None:
    """Hashes were made of what the landed code answered."""
    written = gzip.decompress((LANDED / f"{edition}.json.gz").read_bytes()).decode()
    content = Content.model_validate_json(written)
    own = hash_of(written)
    made = {
        f"html-{language}": sha256(page_of(content, own, language).encode()).hexdigest(),
        f"txt-{language}": sha256(chat_text(content, own, language).encode()).hexdigest(),
        f"xlsx-{language}": sha256(parts(workbook(content, own, language))).hexdigest(),
        f"policy-{language}": content_security_policy(content),
    }
    landed = json.loads((LANDED / f"{edition}-hashes.json").read_text(encoding="utf-8"))
    assert made == {name: landed[name] for name in made}
    assert canonical(content.model_dump(mode="json")) == written
    assert canonical(json.loads(content.model_dump_json())) == written
