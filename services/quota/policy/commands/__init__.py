"""Laying down, revising, splitting and applying."""
