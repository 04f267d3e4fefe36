"""What the pages of imports ask of the registry."""

from collections.abc import Mapping, Sequence

from services.portal.client.errors import ServiceDown
from services.portal.pages.imports.schemas import ColumnsAnswer, ImportAnswer, ImportName, WordingAnswer, WordingsAnswer
from services.portal.shell.visits import Visit

AT_ONCE = 30  # imports on one page


async def page_of_imports(visit: Visit, cursor: str | None) -> tuple[Sequence[ImportAnswer], str | None]:
    """Some imports, the newest first, and where the older ones begin."""
    return await visit.services.page("registry", "/v1/imports", ImportAnswer, limit=AT_ONCE, cursor=cursor)


async def programmes(visit: Visit) -> Sequence[ImportName]:
    """What a file can be for."""
    return await visit.services.all("registry", "/v1/programmes", ImportName)


async def names_of(visit: Visit) -> Mapping[str, str]:
    """What programmes and units are called, by their codes; nothing where the registry does not say."""
    try:
        units = await visit.services.all("registry", "/v1/reporting-units", ImportName, limit=200)
        return {each.code: each.in_(visit.language) for each in [*await programmes(visit), *units]}
    except ServiceDown:
        return {}


async def columns_of(visit: Visit, job: ImportAnswer) -> ColumnsAnswer:
    """The columns of an import that could be named; none where the registry does not say."""
    try:
        return await visit.services.one("registry", f"/v1/imports/{job.id}/columns", ColumnsAnswer)
    except ServiceDown:
        return ColumnsAnswer()


async def wordings(visit: Visit) -> Sequence[WordingAnswer]:
    """What is remembered of columns; nothing where the registry does not say."""
    try:
        return (await visit.services.one("registry", "/v1/column-wordings", WordingsAnswer)).items
    except ServiceDown:
        return ()
