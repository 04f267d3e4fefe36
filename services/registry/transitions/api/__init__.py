"""Transitions over HTTP."""
