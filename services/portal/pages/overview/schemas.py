"""What the services answer, as far as the overview alone shows it."""

from services.portal.client.schemas import ServiceAnswer


class DocumentAnswer(ServiceAnswer):
    """The policy document in force."""

    number: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str


class PolicyAnswer(ServiceAnswer):
    """The policy in force."""

    document: DocumentAnswer
