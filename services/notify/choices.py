"""Words that a request chooses from what is registered (channels, kinds of alerts), as enums are for fixed lists."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Known = Callable[[], Collection[str]]


@dataclass(frozen=True)
class ListedWord:
    """Annotates a text of an answer: the document of the interface lists the words known now."""

    known: Known

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.known())}


@dataclass(frozen=True)
class OneOf(ListedWord):
    """Annotates a text of a request: one of the words known now, and refused as an enum refuses."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._chosen)

    def _chosen(self, given: Any) -> str:
        if isinstance(given, str) and given in self.known():
            return given
        listed = ", ".join(f"'{word}'" for word in self.known())
        raise PydanticCustomError("enum", "is not one of the words known: {expected}", {"expected": listed})


@dataclass(frozen=True)
class AtMostAll:
    """Annotates a list of such words: it has no more of them than there are."""

    known: Known

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._counted, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"maxItems": len(self.known())}

    def _counted(self, given: Any) -> Any:
        if isinstance(given, list) and len(given) > len(self.known()):
            most = len(self.known())
            raise PydanticCustomError("too_long", "has more items than there are words", {"max_length": most})
        return given
