from shared.problems import Refusal


class QuotaFull(Refusal):
    """名额已满 · No place is left."""

    status, slug = 409, "quota-full"


class PlaceLapsed(Refusal):
    """预留的名额已作废，请再办一次 · The place that was held has lapsed; please try again."""

    status, slug = 409, "seat-lapsed"


class PlacesUnknown(Refusal):
    """暂时无法核定名额，未作任何改动，请稍后再试 · Places cannot be asked for now; nothing was changed. Try again."""

    status, slug = 503, "seats-unavailable"
