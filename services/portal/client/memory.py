"""What only a change of policy changes, asked for once a minute: what things are called, and what a role may do."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from cachetools import TTLCache

KEPT_SECONDS = 60.0  # the longest that a page speaks by the policy before; what it sends is judged by that in force
MOST_KEPT = 500  # answers
OF_THE_POLICY = {
    ("registry", "/v1/programmes"),
    ("registry", "/v1/reporting-units"),
    ("registry", "/v1/workflow"),
    ("notify", "/v1/policy"),
}

T = TypeVar("T")


class PolicyMemory:
    """Answers about the policy, each for the token and the language it was asked with. No figure is among them."""

    def __init__(self) -> None:
        self._kept: TTLCache[Hashable, Any] = TTLCache(MOST_KEPT, KEPT_SECONDS)

    async def recall(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """What was answered before, or else what is now; a service that does not answer is asked again."""
        found: T | None = self._kept.get(key)
        if found is None:
            self._kept[key] = found = await ask()
        return found

    def forget(self) -> None:
        """Ask for everything anew: the policy was changed."""
        self._kept.clear()
