"""The registry: who is registered, and in what state."""

from services.registry.announcements.api import router as announcements
from services.registry.audit.api import router as audit
from services.registry.audit.checkpoints import keeping
from services.registry.audit.commands import record
from services.registry.boundaries.api import router as boundaries
from services.registry.consumers import HANDLERS
from services.registry.decisions.api import router as decisions
from services.registry.disclosures.api import router as disclosures
from services.registry.duplicates.api import router as duplicates
from services.registry.duplicates.comparing import comparing
from services.registry.institutions.api import router as institutions
from services.registry.institutions.first_clients import prepare_clients
from services.registry.institutions.tokens import own_key
from services.registry.notices.api import router as notices
from services.registry.people.api import router as people
from services.registry.programmes.api import router as programmes
from services.registry.registrations.api import router as registrations
from services.registry.tables import Table
from shared.problems import Said
from shared.service import Service

service = Service(
    "registry",
    title=Said("人才登记服务", "Talent registry"),
    routers=[
        programmes,
        boundaries,
        institutions,
        people,
        duplicates,
        decisions,
        registrations,
        disclosures,
        notices,
        announcements,
        audit,
    ],
    metadata=Table.metadata,
    handlers=HANDLERS,
    on_start=[prepare_clients],
    key_for=own_key,
    workers={"checkpoint": keeping, "compare": comparing},
    record=record,
)
