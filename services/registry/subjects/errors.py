from shared.problems import Refusal


class DocumentOfAnother(Refusal):
    """该证件已登记在另一人名下 · The document names another person."""

    status, slug = 409, "document-of-another"


class SubjectRestricted(Refusal):
    """该人员的信息已限制处理，只予保存，不得使用 · This person's data is restricted: it is kept, and not used."""

    status, slug = 409, "subject-restricted"


class DocumentReplaced(Refusal):
    """该证件号码此前已更正 · This number was replaced before."""

    status, slug = 409, "document-replaced"
