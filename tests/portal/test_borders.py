"""Page groups stay apart: a new one that imports another, or looks up from below, fails `make check` by being there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLANTED = {
    "services/portal/pages/toys.py": "from services.portal.pages.overview import rules\n",
    "services/portal/pages/bulletins/rules.py": "from services.portal.pages.bulletins import api\n",
    "services/portal/client/lookups.py": "from services.portal.shell import layout\n",
}
BROKEN = {
    "Page groups never import one another",
    "Within a page group, to the right only",
    "The portal's pages stand in the shell, which asks by the client",
}


def test_no_page_group_is_left_out_of_the_contracts(tmp_path: Path) -> None:
    for package in ("services", "shared"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in PLANTED.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    words = ["lint-imports", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [Path(sys.executable).parent / words[0], *words[1:]],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert set(re.findall(r"^(.+) BROKEN", done.stdout, re.MULTILINE)) >= BROKEN, done.stdout
