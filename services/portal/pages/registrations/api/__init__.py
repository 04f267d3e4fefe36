"""Registrations over HTTP: the form first, because its address would be read as the number of a registration."""

from services.portal.pages.registrations.api import entering, listing, acting  # isort: skip
from services.portal.pages.registrations.api.opening import group

__all__ = ["acting", "entering", "group", "listing"]
