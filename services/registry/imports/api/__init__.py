"""Imports, and the sheets that go with them, over HTTP."""
