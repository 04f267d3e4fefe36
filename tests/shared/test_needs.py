"""What a machine lacks is told once, with how to get it, however many tests it keeps from running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import in_lines

ROOT = Path(__file__).parents[2]
SKIPPING = {
    "a call": "import pytest\ndef test_it(): pytest.skip('nothing here')",
    "a need": "from tests.needs import need\ndef test_it(): need('nothing', None, 'here')",
    "a mark": "import pytest\n@pytest.mark.skip(reason='nothing here')\ndef test_it(): pass",
    "a fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('nothing here')\ndef test_it(f): pass",
    "a module": "import pytest\npytest.skip('nothing here', allow_module_level=True)",
    "an import": "import pytest\npytest.importorskip('nothing_here')",
    "an expected failure": "import pytest\n@pytest.mark.xfail(reason='nothing here')\ndef test_it(): assert False",
}


@pytest.mark.parametrize(
    ("required", "ends"), [("", "6 skipped, 1 xfailed"), ("all", "3 failed, 4 errors")], ids=["here", "required"]
)
def test_a_skip_fails_where_everything_is_required(tmp_path: Path, required: str, ends: str) -> None:
    """However it came about."""
    for number, code in enumerate(SKIPPING.values()):
        (tmp_path / f"test_{number}.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.needs", "-p", "no:cacheprovider"]
    environment = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "REQUIRE": required}
    done = subprocess.run(
        [*command, "--continue-on-collection-errors", f"--rootdir={tmp_path}", str(tmp_path)],
        env=os.environ | environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith(ends), done.stdout


def test_a_line_for_each_reason_with_its_count() -> None:
    kafka, browser = "Skipped: Apache Kafka is missing: install it", "Skipped: a browser is missing: install one"
    assert in_lines([kafka, browser, kafka]) == [
        "2 skipped: Apache Kafka is missing: install it",
        "1 skipped: a browser is missing: install one",
    ]
