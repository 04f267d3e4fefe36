"""Quotas over HTTP: the form first, because its address would be read as the number of a quota."""

from services.portal.pages.quotas.api import laying_down, listing, revising, splitting  # isort: skip
from services.portal.pages.quotas.api.opening import group

__all__ = ["group", "laying_down", "listing", "revising", "splitting"]
