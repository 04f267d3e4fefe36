"""Boundary changes (区划调整): a part of a unit that goes to another, carried out registration by registration."""
