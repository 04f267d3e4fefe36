"""The group that the pages of quotas belong to."""

from pathlib import Path

from jinja2 import FileSystemLoader

from services.portal.pages.quotas.rendering.words import WORDS
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from shared.auth import Role
from shared.problems import Said

PATH = "/admin/quotas"

group = PageGroup(
    name="quotas",
    title=Said("目标与分解", "Quotas"),
    path=PATH,
    place=81,
    under="admin",
    roles=(Role.BUREAU_OFFICER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    style=WORK_STYLE,
    keeps=(f"{PATH}/new",),
)
