"""What a policy pack says of people who may be one, and of one person in two programmes."""

from typing import Literal

from shared.contracts.parts import Part
from shared.fields import Code, Sentence

Care = Literal["stop", "queue", "ignore"]


class Matching(Part):
    """What is done about two records that match (疑似重复): each signal by itself, and the strongest decides.

    `stop` puts them into the review queue and keeps a direct registration from recognising itself until an officer has
    looked, `queue` does only the former. Two different resident numbers belong to two people as a rule, so that
    `two_resident_numbers` is the most that is done about them.
    """

    name: Care = "stop"
    sound: Care = "queue"
    former_number: Care = "stop"
    two_resident_numbers: Care = "queue"


class Relation(Part):
    """Two programmes for one subject (计划间关系): in both, in both but counted once, or in one of them alone.

    What the pack does not name is allowed. Counted once: `head` has it, or the earlier recognition where none is named;
    in the quotas of the other the subject shows in the gross figure alone.
    """

    one: Code
    other: Code
    rule: Literal["allow", "count_once", "forbid"]
    head: Code | None = None
    clause: Sentence

    def beside(self, programme: str) -> str | None:
        """The other of its two programmes; None where it is about neither."""
        return {self.one: self.other, self.other: self.one}.get(programme)


class PackRules(Part):
    """What a pack says of duplicates and of one subject in two programmes."""

    matching: Matching = Matching()
    relations: list[Relation] = []
