"""Bulletins over HTTP."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from services.quota.bulletins import commands
from services.quota.bulletins.commands import ProposedBulletin, PublishedBulletin
from services.quota.bulletins.queries import published as queries
from services.quota.bulletins.rendering.chat import chat_text
from services.quota.bulletins.rendering.html import content_security_policy, page_of
from services.quota.bulletins.rendering.xlsx import workbook
from services.quota.bulletins.rules import BulletinKind
from services.quota.bulletins.schemas import (
    BulletinRead,
    EditionName,
    NewBulletin,
    PublishedRead,
    WholeBulletin,
    content_of,
)
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.fields import WrittenFlag
from shared.problems import Language, NotFound
from shared.readiness import NEEDS_POLICY
from shared.web import JSON, LanguageDep, Page, PageDep, ReadingDep, WriteDep, may

READERS = [allow(Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER, reach=Reach.ALL)]

router = Router(prefix="/v1/bulletins", tags=["bulletins"])


class BulletinForm(StrEnum):
    """The formats an edition is read in."""

    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"
    TXT = "txt"


MEDIA = {
    BulletinForm.JSON: JSON,
    BulletinForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    BulletinForm.HTML: "text/html; charset=utf-8",
    BulletinForm.TXT: "text/plain; charset=utf-8",
}
FORMATS: dict[int | str, dict[str, Any]] = {
    200: {"description": "the edition", "content": {media: {} for media in MEDIA.values()}}
}


@router.post("", status_code=201, response_model=PublishedRead, dependencies=[may(commands.publish), NEEDS_POLICY])
async def publish(
    new: NewBulletin,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="draw it up, keep nothing; answers 200")] = False,
) -> Response:
    """Publish a bulletin (发布通报) of a month or a year that is over. It never changes; the next one restates it."""

    def answer(done: PublishedBulletin) -> PublishedRead:
        whole = WholeBulletin.of(done.bulletin, request.language)
        text = chat_text(whole.content, done.bulletin.sha256, request.language)
        return PublishedRead(**dict(whole), dry_run=done.dry_run, text=text)

    def place(done: PublishedBulletin) -> dict[str, str]:
        return {} if done.dry_run else {"Location": f"/v1/bulletins/{done.bulletin.id}.json"}

    def status(done: PublishedBulletin) -> int:
        return 200 if done.dry_run else 201

    return await request.run(commands.publish, ProposedBulletin(new, dry_run), answer, status, place)


@router.get("", dependencies=READERS)
def list_bulletins(
    database: ReadingDep,
    paging: PageDep,
    language: LanguageDep,
    kind: BulletinKind | None = None,
    edition: Annotated[EditionName | None, Query(description="`2019-12` or `2019`")] = None,
) -> Page[BulletinRead]:
    """Published editions (历期通报), the newest first."""
    with database.reading() as session:
        rows = queries.page(session, kind, edition, paging.after_id, paging.limit + 1)
    return paging.page(rows, lambda row: BulletinRead.of(row, language), lambda row: [row.id])


@router.get("/{bulletin_id}.{form}", dependencies=READERS, response_class=Response, responses=FORMATS)
def read_bulletin(
    database: ReadingDep,
    preferred: LanguageDep,
    bulletin_id: UUID,
    form: BulletinForm,
    language: Annotated[Language | None, Query(description="instead of Accept-Language, for links")] = None,
) -> Response:
    """One edition as JSON, workbook, printable page or chat text, each made from the content that was frozen."""
    with database.reading() as session:
        row = queries.by_id(session, bulletin_id)
    if row is None:
        raise NotFound
    chosen = language or preferred
    headers = {"Content-Language": "zh-CN" if chosen == "zh" else "en", "ETag": f'"{row.sha256}-{form}-{chosen}"'}
    content = content_of(row)
    if form == BulletinForm.JSON:
        body: str | bytes = WholeBulletin.of(row, chosen).model_dump_json()
    elif form == BulletinForm.HTML:
        body = page_of(content, row.sha256, chosen)
        headers["Content-Security-Policy"] = content_security_policy(content)
    elif form == BulletinForm.XLSX:
        body = workbook(content, row.sha256, chosen)
        name = f"{row.kind}-{row.edition}-{row.edition_no}-{chosen}.xlsx"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        body = chat_text(content, row.sha256, chosen)
    return Response(body, media_type=MEDIA[form], headers=headers)
