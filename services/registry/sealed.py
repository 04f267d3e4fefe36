"""Every sealed column of the registry, and what its values are bound to."""

from services.registry.accounts.models import Account
from services.registry.corrections.models import SubjectRequest
from services.registry.imports.models import ImportJob, ImportPart, ImportRow
from services.registry.outcomes.models import Circumstance, Placement
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import IdentityDocument, Person
from services.registry.transitions.models import PublishedEntry
from shared.db import table_of
from shared.resealing import SealedColumn

SEALED = tuple(
    SealedColumn(table_of(model), column, bound_to)
    for model, column, bound_to in (
        (Account, "sealed_name", "account|{id}"),
        (Account, "sealed_factor", "account|{id}|factor"),
        (Account, "sealed_subject", "account|{id}|subject"),
        (Circumstance, "stated", "circumstance|{id}|stated"),
        (IdentityDocument, "sealed_number", "identity_document|{id}"),
        (ImportJob, "file_name", "import_job|{id}"),
        (ImportJob, "sealed_header", "import_job|{id}|header"),
        (ImportPart, "sealed", "import_part|{job_id}|{number}"),
        (ImportRow, "sealed", "import_row|{job_id}|{number}"),
        (Person, "sealed", "person|{id}"),
        (Placement, "stated", "placement|{id}|stated"),
        (PublishedEntry, "sealed", "published_entry|{id}"),
        (Registration, "stated", "registration|{id}"),
        (SubjectRequest, "sealed", "subject_request|{id}"),
    )
)
