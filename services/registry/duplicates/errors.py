from shared.problems import Refusal


class AlreadyDecided(Refusal):
    """该疑似重复已有结论，如需改判请先撤销结论 · This case is decided; undo the decision first."""

    status, slug = 409, "already-decided"


class NotDecided(Refusal):
    """该疑似重复尚无结论 · This case is not decided yet."""

    status, slug = 409, "not-decided"


class Contradicts(Refusal):
    """与另一结论矛盾，请先撤销那一结论 · This contradicts another decision; undo that one first."""

    status, slug = 409, "contradicts-a-decision"
