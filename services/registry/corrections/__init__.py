"""Corrections (更正): people found to be one, mergers and splits of organisations, boundary changes."""
