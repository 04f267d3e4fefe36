"""What a service with a database answers beside: a refusal goes on the audit trail, and a database may be away."""

import logging
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from shared.db_errors import describe, is_transient
from shared.faults import answer_with_problems, problem_response, route_of, unexpected
from shared.problems import Refusal, Unavailable
from shared.writer import RefusedRequest

log = logging.getLogger(__name__)


def answer_beside_a_database(app: FastAPI) -> None:
    """Answer every error of a service's application with a problem."""
    answer_with_problems(app, _note)

    @app.exception_handler(SQLAlchemyError)
    async def unavailable(request: Request, error: SQLAlchemyError) -> Response:
        if not is_transient(error):
            return await unexpected(request, error)
        log.error("%s: %s", route_of(request), describe(error))
        return problem_response(request, Unavailable())


async def _note(request: Request, refusal: Refusal) -> None:
    """Put on the audit trail what was refused to somebody we know; a stranger could fill it."""
    caller = getattr(request.state, "caller", None)
    if caller:
        named = next(filter(_is_id, map(str, request.path_params.values())), None)
        refused = RefusedRequest(_word_of(request.scope["route"]), named, refusal)
        await request.app.state.writer.note(refused, caller, UUID(request.state.request_id))


def _word_of(route: Any) -> str:
    """The audit trail's word for what a route does: that of its operation, or its name where it only reads."""
    admitting = (getattr(each.dependency, "operation", None) for each in route.dependencies)
    return next((each.word for each in admitting if each), str(route.name))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
