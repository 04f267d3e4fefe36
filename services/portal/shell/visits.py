"""A visit: one request for a page of one group, by somebody who may open it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.portal.client.errors import AccessDenied
from services.portal.client.services import Services
from services.portal.shell.csrf import form_token, trusted_form
from services.portal.shell.errors import SignInNeeded
from services.portal.shell.groups import PageGroup
from services.portal.shell.language import language_of
from services.portal.shell.layout import Layout
from services.portal.shell.session import Session, Visitor, Visitors
from services.portal.shell.uploads import ArrivingForm, arriving_form, largest_of
from shared.parameters import only_known_parameters
from shared.problems import Language


@dataclass(frozen=True)
class Visit:
    """Who is there, what was sent, and what may be asked of the services on behalf of them."""

    request: Request
    group: PageGroup
    visitor: Visitor
    session: Session
    form: Mapping[str, str]
    language: Language
    services: Services
    file_form: ArrivingForm | None = None

    @property
    def arriving(self) -> ArrivingForm:
        """The form with a file that comes in. Raises LookupError on a route that names no largest file."""
        if self.file_form is None:
            raise LookupError("this route names no largest file")
        return self.file_form

    @property
    def form_id(self) -> UUID:
        """The number of the form that was sent, which stays the same when it is sent twice."""
        try:
            return UUID(self.form.get("form_id", ""))
        except ValueError:
            return uuid4()

    @property
    def act_id(self) -> UUID:
        """The number of a form that does something; a new one where it only tries, as one may with other values."""
        return self.form_id if self.form.get("act") == "do" else uuid4()

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the group, from one of its own templates."""
        layout: Layout = self.request.app.state.layout
        own = {"csrf_token": lambda: form_token(self.session), "form_id": uuid4}
        name = f"{self.group.name}/{template}"
        response = layout.page(self.request, self.visitor, name, status, own | values, self.group)
        self.session.keep(response)
        return response

    def kept_form(self) -> Mapping[str, str]:
        """What the visitor sent to this group's form after their session had ended, once; empty where nothing waits."""
        visitors: Visitors = self.request.app.state.visitors
        return visitors.kept_form(self.request, self.visitor.login)

    def part(self, template: str, **values: Any) -> str:
        """A part of a page, as a stream sends it."""
        layout: Layout = self.request.app.state.layout
        return layout.part(f"{self.group.name}/{template}", self.language, values, self.group)

    def go(self, path: str) -> RedirectResponse:
        """On to another page once something was done, so that loading it again does nothing twice."""
        return RedirectResponse(path, 303)


async def _visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


VisitDep = Annotated[Visit, Depends(_visit)]


def open_to_visitors(app: FastAPI, group: PageGroup) -> None:
    """Serve a group of pages to the visitors whose roles it names, and to nobody else."""

    async def admitted(request: Request) -> None:
        visitors: Visitors = request.app.state.visitors
        visitor, session = visitors.of(request), Session(request)
        if request.scope["route"].path in group.keeps:
            request.state.typed = await trusted_form(request, session)  # see `show_errors`
        if visitor is None or (visitor.role not in group.roles and visitors.has_ended(request)):
            raise SignInNeeded
        if visitor.role not in group.roles:
            raise AccessDenied
        language = language_of(request)
        largest = largest_of(request)
        arriving = await arriving_form(request, session, largest) if largest else None
        form = arriving.fields if arriving else await trusted_form(request, session)
        state = request.app.state
        services = Services(state.settings, state.web, visitor.tokens, language, state.streams, state.memory)
        request.state.visit = Visit(request, group, visitor, session, form, language, services, arriving)

    app.include_router(group.router, dependencies=[Depends(admitted), Depends(only_known_parameters)])
