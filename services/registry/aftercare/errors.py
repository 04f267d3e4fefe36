from shared.problems import Refusal


class NotInStock(Refusal):
    """该登记不在库，无须考核核查 · The registration is not in stock; there is nothing to assess or to check."""

    status, slug = 409, "not-in-stock"
