"""The bill of materials names what is installed, all of it may be passed on, and the notices say so."""

import json
import re
from typing import Any

import pytest

from shared.notices import NOTICES, SBOM, licences, notices
from tests.deploy.compose import ROOT

BILL = json.loads(SBOM.read_text())
FREE = {
    "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 AND BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT OR Apache-2.0",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
}
# Under the LGPL, unchanged and replaceable: the driver of PostgreSQL, checks of numbers, Kafka's checksums in C.
LESSER = {"psycopg", "psycopg-binary", "python-stdnum", "crc32c"}


def plain(name: str) -> str:
    """A package's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """The version of each package that is locked for this kind of machine."""
    lines = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\$", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return {plain(name): version for name, version, marker in lines if "win32" not in marker.replace("!= 'win32'", "")}


def test_it_names_every_package_that_is_locked_in_its_version() -> None:
    named = {plain(each["name"]): each["version"] for each in BILL["components"]}
    assert named == locked()


@pytest.mark.parametrize("component", BILL["components"], ids=lambda each: each["name"])
def test_each_may_be_passed_on(component: dict[str, Any]) -> None:
    found = licences(component)
    assert found
    if plain(component["name"]) in LESSER:
        assert all("LGPL" in each for each in found)
    else:
        assert set(found) <= FREE


def test_the_notices_are_those_of_the_bill() -> None:
    assert NOTICES.read_text(encoding="utf-8") == notices(BILL)
    assert all(name in NOTICES.read_text(encoding="utf-8") for name in LESSER)


def test_it_leads_to_no_address() -> None:
    assert set(re.findall(r"https?://[^/\"]+", SBOM.read_text(encoding="utf-8"))) == {"http://cyclonedx.org"}
