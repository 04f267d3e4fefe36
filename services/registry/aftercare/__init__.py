"""Aftercare (后续管理): annual assessments and retention checks of who is recognised, and what of it is due."""
