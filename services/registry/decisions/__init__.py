"""Decisions (办理): the acts that move a registration through its workflow, and their history."""
