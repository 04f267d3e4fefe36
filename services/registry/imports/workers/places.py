"""Places (名额) for the rows of a list, asked for before its transaction."""

from collections.abc import Sequence

import anyio
from sqlmodel import col

from services.registry.accounts.queries.tokens import own_token
from services.registry.imports.commands.acting import NumberedAct
from services.registry.imports.commands.listed import read_listed
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.rows import actions_of, rows_numbered
from services.registry.imports.rules.states import ImportState
from services.registry.programmes.queries import limits
from services.registry.registrations.clients.seats import SeatRequest, request_seats
from services.registry.registrations.rules import Place
from services.registry.transitions.commands.seats import seats_needed
from services.registry.transitions.rules.workflow import RECOGNISING
from shared.auth import Caller
from shared.db import Database
from shared.problems import Refusal


def listed_acts(database: Database, job: ImportJob, numbers: Sequence[int], caller: Caller) -> list[NumberedAct]:
    """Rows of a list, each with what quota answered for it; of a trial, and where no place is limited, with nothing."""
    with database.reading() as session:
        actions = actions_of(session, job.id, numbers)
    recognising = [number for number in numbers if actions[number] in RECOGNISING]
    places = _places(database, job, recognising, caller) if recognising and job.state != ImportState.READING else {}
    return [NumberedAct(job.id, number, actions[number], places.get(number)) for number in numbers]


def _places(database: Database, job: ImportJob, numbers: Sequence[int], caller: Caller) -> dict[int, Place | Refusal]:
    """What quota answers for those rows that lead to a recognition which needs a place."""
    wanted: dict[int, SeatRequest] = {}
    with database.reading() as session:
        if not limits(session).programmes:
            return {}
        rows = rows_numbered(session, job.id, numbers, col(ImportRow.job_id) == job.id)
        for each in read_listed(session, job, rows, caller):
            if each.registration and each.transition and not each.faults:
                needed = seats_needed(session, caller, [each.registration.id], each.transition)
                if needed:
                    wanted[each.number] = needed[0]
    if not wanted:
        return {}
    answers = anyio.run(request_seats, [*wanted.values()], f"Bearer {own_token()}", "zh")
    return {number: answers[seat.registration_id] for number, seat in wanted.items()}
