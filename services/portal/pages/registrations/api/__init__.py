"""Registrations over HTTP: forms with an address of their own first, which would be read as a number or an act."""

from services.portal.pages.registrations.api import entering, listing, following, amending, acting  # isort: skip
from services.portal.pages.registrations.api.opening import group

__all__ = ["acting", "amending", "entering", "following", "group", "listing"]
