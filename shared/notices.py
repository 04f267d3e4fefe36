"""Third-party notices (第三方软件声明): `python -m shared.notices BILL`, which `make sbom` calls.

`deploy/sbom.cdx.json` (CycloneDX 1.6) lists every package that a production runs, with its version and licences;
`THIRD-PARTY.md` says the same for people.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SBOM = ROOT / "deploy" / "sbom.cdx.json"
NOTICES = ROOT / "THIRD-PARTY.md"

CONCLUDED = {"protobuf": "BSD-3-Clause"}  # says "3-Clause BSD License", which the tool does not take for a name

HEAD = """\
# 第三方软件声明 · Third-party notices

生产环境运行的全部软件包及其许可，由部件清单 `deploy/sbom.cdx.json` 生成（`make sbom`）。
Every package that a production runs, with its licences, made from the bill of materials `deploy/sbom.cdx.json` by
`make sbom`.

许可为 LGPL 的软件包不作改动、以独立的软件包安装，可由使用者自行替换为其他版本。
Packages under the LGPL are unchanged and installed as packages of their own, which whoever runs the product may
replace.

| 软件包 package | 版本 version | 许可 licences |
|---|---|---|
"""


def notices(bill: dict[str, Any]) -> str:
    """The notices as Markdown, a row for each package."""
    rows = [
        f"| {each['name']} | {each['version']} | {'; '.join(licences(each))} |"
        for each in sorted(bill["components"], key=lambda each: str(each["name"]).lower())
    ]
    return HEAD + "\n".join(rows) + "\n"


def licences(component: dict[str, Any]) -> list[str]:
    """The licences of a package by their SPDX names; by its own words only where it says no such name."""
    stated = [each.get("expression") or each["license"].get("id") for each in component.get("licenses", [])]
    own = [each["license"]["name"] for each in component.get("licenses", []) if "name" in each.get("license", {})]
    return [each for each in stated if each] or [each.rpartition(" :: ")[2] for each in own]


def without_addresses(part: Any) -> Any:
    """A bill without the addresses of its packages' homes: they are no materials, and age."""
    if isinstance(part, dict):
        return {name: without_addresses(inner) for name, inner in part.items() if name != "externalReferences"}
    return [without_addresses(each) for each in part] if isinstance(part, list) else part


def with_concluded(bill: dict[str, Any]) -> dict[str, Any]:
    """A bill with the licences that are read from a package's own words."""
    for each in bill["components"]:
        if not each.get("licenses") and (name := CONCLUDED.get(each["name"])):
            each["licenses"] = [{"license": {"acknowledgement": "concluded", "id": name}}]
    return bill


def main(made: Path) -> None:
    """Keep the bill that was made just now, and write the notices from it."""
    bill = with_concluded(without_addresses(json.loads(made.read_text())))
    SBOM.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    NOTICES.write_text(notices(bill), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
