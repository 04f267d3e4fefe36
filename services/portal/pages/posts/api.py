"""Posts over HTTP: listed, set up, handed over."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused, ResourceMissing
from services.portal.client.forms import FormError, errors_of, form_errors
from services.portal.client.names import hearing_names
from services.portal.client.progress import UnitAnswer
from services.portal.client.services import or_none
from services.portal.pages.posts.rendering import DUTIES, HELD, LANGUAGES, NEW, WORDS, as_typed, changes, new_body
from services.portal.pages.posts.schemas import ShownPost
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.entries import labels_of, shown_fields
from services.portal.shell.figures import named_by, names_of
from services.portal.shell.groups import PageGroup
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.fields import Word
from shared.problems import Said

PATH = "/admin/posts"

group = PageGroup(
    name="posts",
    title=Said("岗位", "Posts"),
    path=PATH,
    place=87,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent / "templates"),
    style=WORK_STYLE,
)


@group.router.get("/admin/posts")
async def list_posts(visit: VisitDep) -> HTMLResponse:
    """The posts, with a form to set up another."""
    return await _listed(visit, {"language": "zh", "duty": "leader"})


@group.router.post("/admin/posts")
async def set_up(visit: VisitDep) -> Response:
    """Set up a post (设岗)."""
    body = new_body(visit.form)
    try:
        await visit.services.write("POST", "notify", "/v1/recipients", body, ShownPost, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, labels_of((*NEW, *HELD), visit.language))
        return await _listed(visit, visit.form, refused.answer.status, errors)
    return visit.go(PATH)


@group.router.get("/admin/posts/{code}")
async def show_post(visit: VisitDep, code: Word) -> HTMLResponse:
    """One post, to be handed over."""
    posts = await _posts(visit)
    post = _one(posts, code)
    return _form(visit, posts, post, as_typed(post))


@group.router.post("/admin/posts/{code}")
async def hand_over(visit: VisitDep, code: Word) -> Response:
    """Hand a post over (岗位交接), in the version that the form showed."""
    posts = await _posts(visit)
    post, version = _one(posts, code), visit.form.get("version", "")
    body = changes(visit.form, post)
    if not body and version == str(post.version):
        return _form(visit, posts, post, visit.form, unchanged=True)
    try:
        path = f"/v1/recipients/{code}"
        await visit.services.write("PATCH", "notify", path, body, ShownPost, visit.form_id, version=version)
    except RequestRefused as refused:
        errors = errors_of(refused.answer, labels_of(HELD, visit.language))
        return _form(visit, posts, post, visit.form, refused.answer.status, errors)
    return visit.go(PATH)


async def _posts(visit: Visit) -> list[ShownPost]:
    return await visit.services.all("notify", "/v1/recipients", ShownPost, limit=200)


def _one(posts: Sequence[ShownPost], code: str) -> ShownPost:
    found = next((each for each in posts if each.code == code), None)
    if found is None:
        raise ResourceMissing
    return found


def _options(
    visit: Visit, posts: Sequence[ShownPost], units: Sequence[UnitAnswer] = ()
) -> Mapping[str, list[tuple[str, str]]]:
    every = [(each.code, each.in_(visit.language)) for each in posts]
    named = names_of(units)
    return {
        "unit": [(each.code, named[each.code].in_(visit.language)) for each in units],
        "duty": [(code, said.in_(visit.language)) for code, said in DUTIES.items()],
        "language": [(code, said.in_(visit.language)) for code, said in LANGUAGES.items()],
        "deputy": every,
        "superior": every,
    }


async def _listed(
    visit: Visit, values: Mapping[str, str], status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    posts, units, named = await asyncio.gather(
        _posts(visit),
        or_none(visit.services.all("registry", "/v1/reporting-units", UnitAnswer)),
        hearing_names(visit.services, visit.language),
    )
    return visit.page(
        "list.html",
        status,
        posts=posts,
        post_names={each.code: each.in_(visit.language) for each in posts},
        duties={code: said.in_(visit.language) for code, said in DUTIES.items()},
        channel_name=named["channel_name"],
        unit_name=named_by(names_of(units), visit.language),
        fields=shown_fields((*NEW, *HELD), visit.language, _options(visit, posts, units or ())),
        values=values,
        errors=errors,
        changes=visit.visitor.role is not Role.AUDITOR,
    )


def _form(
    visit: Visit,
    posts: Sequence[ShownPost],
    post: ShownPost,
    values: Mapping[str, str],
    status: int = 200,
    errors: Sequence[FormError] = (),
    *,
    unchanged: bool = False,
) -> HTMLResponse:
    others = [each for each in posts if each.code != post.code]
    return visit.page(
        "post.html",
        status,
        post=post,
        fields=shown_fields(HELD, visit.language, _options(visit, others)),
        values=values,
        errors=errors,
        late=status == 412,
        unchanged=unchanged,
        changes=visit.visitor.role is not Role.AUDITOR,
    )
