"""What subscriptions refuse."""

from shared.problems import Fault, Said


def unknown_programme(pointer: str) -> Fault:
    """The policy in force has no such programme."""
    return Fault(pointer, "programme_unknown", Said("没有该代码的人才计划", "No programme has this code"))
