from shared.problems import Refusal


class DocumentOfAnother(Refusal):
    """该证件已登记在另一人名下 · The document names another person."""

    status, slug = 409, "document-of-another"


class DocumentReplaced(Refusal):
    """该证件号码此前已更正 · This number was replaced before."""

    status, slug = 409, "document-replaced"
