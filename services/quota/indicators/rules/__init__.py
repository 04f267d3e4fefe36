"""Decisions about indicators: how figures are read as people write them, and whether they meet the wording."""
