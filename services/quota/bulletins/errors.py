"""Refusals of bulletins."""

from shared.problems import Refusal


class NothingBegun(Refusal):
    """该期内没有任何目标，无可通报 · No target had begun by then; there is nothing to tell."""

    status, slug = 409, "nothing-begun"
