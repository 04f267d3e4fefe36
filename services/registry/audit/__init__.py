"""Audit (审计): the trail of everything done, its signed checkpoints, and clear values shown on record."""
