"""Releases: their documents, kept in deploy/releases, and what of today's would break who was built against them."""
