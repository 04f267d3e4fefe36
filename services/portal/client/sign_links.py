"""A link that signs for an alert, as notify has it: asked without a token, because whoever has the link may use it."""

from datetime import datetime
from typing import Literal

import httpx
from pydantic import ValidationError

from services.portal.client.errors import ServiceDown
from services.portal.client.schemas import ProblemAnswer, ServiceAnswer
from shared.config import Settings
from shared.problems import Language


class SignLinkAnswer(ServiceAnswer):
    """What a link signs for."""

    title: str
    body: str
    post: str
    state: str
    raised_at: datetime
    expires_at: datetime


class SignLinks:
    """Looks at links, and signs by them. Every method raises ServiceDown where notify does not answer as agreed."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient, language: Language) -> None:
        self._settings, self._web, self._language = settings, web, language

    async def look(self, token: str) -> SignLinkAnswer | ProblemAnswer:
        """What a link signs for, or why it does not; nothing is signed for."""
        return await self._ask("GET", token)

    async def sign(self, token: str) -> SignLinkAnswer | ProblemAnswer:
        """What was signed for, or why it was not."""
        return await self._ask("POST", token)

    async def _ask(self, method: Literal["GET", "POST"], token: str) -> SignLinkAnswer | ProblemAnswer:
        url = f"{self._settings.url('notify')}/v1/sign-links/{token}"
        try:
            answer = await self._web.request(method, url, headers={"Accept-Language": self._language})
            if answer.is_success:
                return SignLinkAnswer.model_validate_json(answer.content)
            if answer.is_client_error:
                return ProblemAnswer.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError):
            raise ServiceDown from None
        raise ServiceDown
