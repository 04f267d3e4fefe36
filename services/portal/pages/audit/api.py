"""The audit trail over HTTP: searched, and checked."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import form_errors
from services.portal.client.names import by_code
from services.portal.client.services import or_none
from services.portal.pages.audit.queries import SERVICES, CheckedSoFar, beginning, check_on
from services.portal.pages.audit.rendering.acts import ACTS, READ
from services.portal.pages.audit.rendering.refusals import REFUSALS
from services.portal.pages.audit.rendering.words import WORDS
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import Cursor, Filter
from services.portal.shell.figures import address
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.contracts.audit import AuditEntry, Checkpoint
from shared.problems import Language, Said

PATH = "/admin/audit"
AT_ONCE = 50  # entries on one page
OUTCOMES = ("done", "awaiting", "replayed", "tried")
FILTERS = ("day_from", "day_to", "by", "object")
LABELS = {name: WORDS[name] for name in (*FILTERS, "action")}

group = PageGroup(
    name="audit",
    title=Said("审计记录", "Audit trail"),
    path=PATH,
    place=90,
    under="admin",
    roles=(Role.AUDITOR,),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/audit")
async def search_trail(
    visit: VisitDep,
    service: Filter = "",
    day_from: Filter = "",
    day_to: Filter = "",
    by: Filter = "",
    action: Filter = "",
    object: Filter = "",
    cursor: Cursor = "",
) -> HTMLResponse:
    """Entries of one service, the last one first: of some days, of one act, by one person, on one object."""
    service = _known(service)
    narrowed = {"day_from": day_from, "day_to": day_to, "by": by, "action": action, "object": object}
    wanted = {name: value.strip() for name, value in narrowed.items() if value.strip()}
    found: list[AuditEntry] = []
    following, status, errors = None, 200, []
    try:
        found, following = await visit.services.page(
            service, "/v1/audit", AuditEntry, limit=AT_ONCE, newest="true", cursor=cursor or None, **wanted
        )
    except RequestRefused as refused:
        status, errors = refused.answer.status, list(form_errors(refused.answer, _said(LABELS, visit.language)))
    acts = _said(ACTS[service], visit.language)
    return visit.page(
        "list.html",
        status,
        found=found,
        more=address(PATH, service=service, **wanted, cursor=following) if following else None,
        services=SERVICES,
        service=service,
        narrowed=narrowed,
        filters=FILTERS,
        errors=errors,
        acts=acts,
        act_name=by_code(acts | _said(READ, visit.language)),
        outcomes=OUTCOMES,
        refusal_name=by_code(_said(REFUSALS, visit.language)),
        roles=tuple(Role),
        about=lambda object_: address(PATH, service=service, object=object_),
    )


@group.router.get("/admin/audit/verify")
async def show_check(visit: VisitDep, service: Filter = "") -> HTMLResponse:
    """What a check does, and the checkpoint of now."""
    return await _shown(visit, _known(service), None)


@group.router.post("/admin/audit/verify")
async def check(visit: VisitDep) -> Response:
    """Check the chain (核验) from its first entry, or from where the page before stopped."""
    service = _known(visit.form.get("service", ""))
    so_far = _carried(visit.form) or await beginning(visit.services, visit.form.get("kept", ""))
    return await _shown(visit, service, await check_on(visit.services, service, so_far))


def _said(words: Mapping[str, Said], language: Language) -> dict[str, str]:
    return {code: said.in_(language) for code, said in words.items()}


def _known(service: str) -> str:
    """Whose trail is meant: the registry's unless another is named."""
    return service if service in SERVICES else SERVICES[0]


async def _shown(visit: Visit, service: str, result: CheckedSoFar | None) -> HTMLResponse:
    signs = service == "registry"  # the others' trails have no checkpoints
    now = await or_none(visit.services.one(service, "/v1/audit/checkpoint", Checkpoint)) if signs else None
    points = " ".join(f"{number}:{hash_}" for number, hash_ in result.points) if result else ""
    return visit.page("verify.html", service=service, signs=signs, now=now, result=result, points=points)


def _carried(form: Mapping[str, str]) -> CheckedSoFar | None:
    """Where the page before stopped; whoever writes another place there deceives nobody but themselves."""
    number, hash_, cursor = (form.get(name, "") for name in ("number", "hash", "cursor"))
    if not (number.isascii() and number.isdigit() and cursor):
        return None
    pairs = [each.partition(":") for each in form.get("points", "").split()]
    points = [(int(at), seen) for at, _, seen in pairs if at.isascii() and at.isdigit()]
    return CheckedSoFar(int(number), hash_, cursor, points)
