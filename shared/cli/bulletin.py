"""A bulletin (通报) from the command line: published where there is none yet, then written into files or shown."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from shared.cli.client import ApiClient, Refused, body_of
from shared.cli.progress import Language


class Format(StrEnum):
    """The files a bulletin is written to."""

    xlsx = "xlsx"
    html = "html"
    txt = "txt"


class Bulletins:
    """The bulletins of a running service, for one client and in one language."""

    def __init__(self, client: ApiClient, language: Language) -> None:
        self._speaker = client
        self.language = language.value

    def tried(self, query: dict[str, Any]) -> str:
        """What would be published now, as chat text; nothing is kept."""
        return str(self._post(query, dry_run=True)["text"])

    def latest(self, edition: str, kind: str) -> dict[str, Any] | None:
        """The newest edition of a month or a year, if it was ever published."""
        with self._client() as quota:
            found = body_of(quota.get("/v1/bulletins", params={"edition": edition, "kind": kind, "limit": 1}))["items"]
        return found[0] if found else None

    def publish(self, query: dict[str, Any]) -> dict[str, Any]:
        """Publish an edition."""
        return self._post(query, dry_run=False)

    def read(self, bulletin_id: str, form: Format) -> bytes:
        """An edition in one format."""
        with self._client() as quota:
            answer = quota.get(f"/v1/bulletins/{bulletin_id}.{form.value}")
        if not answer.is_success:
            body_of(answer)
        return answer.content

    def _post(self, query: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
        given = {name: value for name, value in query.items() if value is not None}
        with self._client() as quota:
            published: dict[str, Any] = body_of(quota.post("/v1/bulletins", json=given, params={"dry_run": dry_run}))
        return published

    def _client(self) -> httpx.Client:
        client = self._speaker.client("quota")
        client.headers["Accept-Language"] = self.language
        return client


def show_bulletin(out: Console, bulletins: Bulletins, query: dict[str, Any], *, again: bool, to: Path | None) -> None:
    """Publish a bulletin unless it is there, write its files or show its text, and say what comes next."""
    found = None if again else bulletins.latest(query["edition"], query["kind"])
    if found is None:
        found = bulletins.publish(query)
        out.print(f"[green]已发布 · published[/] {_shown(found)}", soft_wrap=True)
    else:
        out.print(f"此前已发布，内容不变 · published before, unchanged: {_shown(found)}", soft_wrap=True)
        if query["number"] or query["issued_on"]:
            raise Refused("要以新文号或日期再次发布，请加 --again · To publish it anew, add --again")
    if to is None:
        out.print(bulletins.read(found["id"], Format.txt).decode(), markup=False, soft_wrap=True)
        out.print(f"写成文件 · write the files: talent bulletin {named(query)} --to {Path('bulletins')}")
        return
    to.mkdir(parents=True, exist_ok=True)
    for form in Format:
        path = to / f"{found['kind']}-{found['edition']}-{found['edition_no']}-{bulletins.language}.{form.value}"
        path.write_bytes(bulletins.read(found["id"], form))
        out.print(f"  {path}", soft_wrap=True)


def named(query: dict[str, Any]) -> str:
    """An edition as the command line names it."""
    return f"{query['edition']} --report" if query["kind"] == "annual_report" else str(query["edition"])


def _shown(found: dict[str, Any]) -> str:
    number = f" {found['number']}" if found["number"] else ""
    return (
        f"{found['title']}{number}  第{found['edition_no']}版 · edition {found['edition_no']}  {found['sha256'][:16]}…"
    )
