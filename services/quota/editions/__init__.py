"""Editions (期): everything a bulletin says, drawn up from the figures of one moment, and what it restates."""
