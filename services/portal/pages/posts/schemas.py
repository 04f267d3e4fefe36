"""What notify answers about posts, as far as these pages show it."""

from datetime import date

from services.portal.client.schemas import ServiceAnswer


class PostAddress(ServiceAnswer):
    """Where a post is reached."""

    channel: str
    address: str


class ShownPost(ServiceAnswer):
    """A post as it is kept."""

    code: str
    post_zh: str
    post_en: str
    login: str
    unit: str | None = None
    duty: str = "leader"
    email: str | None = None
    language: str = "zh"
    deputy: str | None = None
    superior: str | None = None
    leave_from: date | None = None
    leave_to: date | None = None
    addresses: list[PostAddress] = []
    version: int

    def in_(self, language: str) -> str:
        """What it is called in the reader's language."""
        return self.post_zh if language == "zh" else self.post_en
