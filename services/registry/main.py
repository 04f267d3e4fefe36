"""The registry: who is registered, and in what state."""

from services.registry.accounts.api.accounts import router as accounts
from services.registry.accounts.api.clients import router as clients
from services.registry.accounts.api.factors import router as factors
from services.registry.accounts.api.issuer import router as issuer
from services.registry.accounts.api.own_clients import router as own_clients
from services.registry.accounts.api.sessions import router as sessions
from services.registry.accounts.api.tokens import router as tokens
from services.registry.accounts.commands.first_clients import prepare_clients
from services.registry.accounts.queries.clients import client_stands
from services.registry.accounts.queries.tokens import own_key
from services.registry.audit.api import router as audit
from services.registry.audit.workers import keeping
from services.registry.consumers import HANDLERS
from services.registry.corrections.api.corrections import router as corrections
from services.registry.corrections.api.informing import router as informing
from services.registry.corrections.api.requests import router as requests
from services.registry.corrections.workers import comparing
from services.registry.imports.api.columns import router as columns
from services.registry.imports.api.imports import router as imports
from services.registry.imports.api.sheets import router as sheets
from services.registry.imports.queries.jobs import under_way
from services.registry.imports.workers.advancing import importing
from services.registry.institutions.api import router as institutions
from services.registry.outcomes.api.facts import router as facts
from services.registry.outcomes.api.placements import router as placements
from services.registry.programmes.api import router as programmes
from services.registry.programmes.queries import document_numbers
from services.registry.registrations.api import router as registrations
from services.registry.registrations.workers import asking
from services.registry.sealed import SEALED
from services.registry.subjects.api.organisations import router as organisations
from services.registry.subjects.api.people import router as people
from services.registry.tables import RegistryTable
from services.registry.transitions.api.aftercare import router as aftercare
from services.registry.transitions.api.announcements import router as announcements
from services.registry.transitions.api.notices import router as notices
from services.registry.transitions.api.transitions import router as transitions
from services.registry.transitions.workers import sweeping
from shared.metrics import Gauge
from shared.problems import Said
from shared.self_checks import age_gauge, begin_daily
from shared.service import Service
from shared.trail import record
from shared.trail import router as trail

service = Service(
    "registry",
    title=Said("人才登记服务", "Talent registry"),
    routers=[
        programmes,
        tokens,
        institutions,
        clients,
        own_clients,
        accounts,
        factors,
        sessions,
        issuer,
        people,
        organisations,
        corrections,
        requests,
        informing,
        transitions,
        registrations,
        imports,
        columns,
        sheets,
        facts,
        placements,
        aftercare,
        notices,
        announcements,
        trail,
        audit,
    ],
    metadata=RegistryTable.metadata,
    document_numbers=document_numbers,
    handlers=HANDLERS,
    on_start=[prepare_clients],
    key_for=own_key,
    stands=client_stands,
    sealed=SEALED,
    sealing=("compare", "deadlines", "imports", "seats"),
    workers={
        "checkpoint": keeping,
        "compare": comparing,
        "deadlines": sweeping(record),
        "imports": importing(record),
        "seats": asking(record),
    },
    gauges=[
        Gauge("imports_under_way", "Imports that wait for their turn or are worked on", under_way),
        age_gauge(),
    ],
    hourly=[begin_daily],
    record=record,
)
