"""The group that the pages of registrations belong to."""

from pathlib import Path

from jinja2 import FileSystemLoader

from services.portal.pages.registrations.rendering.words import WORDS
from services.portal.shell.groups import PageGroup
from shared.auth import Role
from shared.problems import Said

TEMPLATES = Path(__file__).parent.parent / "templates"
FORM = "/registrations/new"
FACTS = "/registrations/{registration_id}/facts"
EDIT = "/registrations/{registration_id}/edit"

group = PageGroup(
    name="registrations",
    title=Said("人才登记", "Registrations"),
    path="/registrations",
    place=30,
    roles=(
        Role.INSTITUTION_CLERK,
        Role.INSTITUTION_REVIEWER,
        Role.DISTRICT_OFFICER,
        Role.BUREAU_OFFICER,
        Role.AUDITOR,
    ),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
    keeps=(FORM, FACTS, EDIT),
)
WRITERS = (Role.INSTITUTION_CLERK, Role.BUREAU_OFFICER)
