"""Where one JSON schema breaks who was built against an earlier one of the same thing, a line for each place.

A schema is `taken` (what is sent to us: it may ask for no more than before) or `given` (what we send: it may leave out
nothing). Readers must live with fields they do not know, and readers of answers with words they do not know; events are
read by programs of an earlier version, which do not: there `closed` says that a new word is a change as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Schema = dict[str, Any]
LIMITS = (
    ("maxLength", 1), ("maxItems", 1), ("maximum", 1), ("exclusiveMaximum", 1),
    ("minLength", -1), ("minItems", -1), ("minimum", -1), ("exclusiveMinimum", -1),
)  # fmt: skip
KINDS = ("anyOf", "oneOf")


@dataclass(frozen=True)
class Comparing:
    """Two documents, for which of the two ways, and how strictly."""

    old: Schema
    new: Schema
    way: Literal["taken", "given"]
    closed: bool = False

    def breaks(self, old: Schema, new: Schema, at: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
        """Every place where the new schema breaks what the old one promised."""
        name = old.get("$ref", "")
        if name in above:  # a schema that holds itself
            return
        above |= {name} if name else frozenset()
        old, new = resolved(self.old, old), resolved(self.new, new)
        yield from self._kinds(old, new, at, above)
        yield from self._words(old, new, at)
        yield from self._limits(old, new, at)
        yield from self._fields(old, new, at, above)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self.breaks(old[inner], new[inner], f"{at}[]", above)

    def _kinds(self, old: Schema, new: Schema, at: str, above: frozenset[str]) -> Iterator[str]:
        one, other = kinds(self.old, old), kinds(self.new, new)
        if not one or not other:  # one of them says nothing about it
            return
        missing = one.keys() - other.keys() if self.way == "taken" else other.keys() - one.keys()
        if missing - {"number"} or (missing and "integer" not in {*one, *other}):
            yield f"{at}: {_listed(one)} became {_listed(other)}"
        for each in one.keys() & other.keys():
            if one[each] is not old:  # one of several, or else this would not end
                yield from self.breaks(one[each], other[each], at, above)

    def _words(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        before, now = words(old), words(new)
        if now and (gone := (before or now) - now) and (self.way == "taken" or self.closed):
            yield f"{at}: no longer {_listed(gone)}"
        if now and not before and self.way == "taken" and old.get("type"):
            yield f"{at}: only {_listed(now)}"
        if self.closed and before and (added := now - before if now else {"anything"}):
            yield f"{at}: {_listed(added)} is new"

    def _limits(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        for limit, sign in LIMITS if self.way == "taken" else ():
            if limit in old and limit in new and sign * new[limit] < sign * old[limit]:
                yield f"{at}: {limit} {old[limit]} became {new[limit]}"

    def _fields(self, old: Schema, new: Schema, at: str, above: frozenset[str]) -> Iterator[str]:
        before, now = old.get("properties", {}), new.get("properties", {})
        if not before or not (now or new.get("type") == "object"):
            return
        for name in before.keys() - now.keys():
            yield f"{at}.{name}: gone"
        needed, had = {*new.get("required", ())}, {*old.get("required", ())}
        for name in sorted(needed - had) if self.way == "taken" else ():
            yield f"{at}.{name}: required"
        for name in sorted(had & now.keys() - needed) if self.way == "given" else ():
            yield f"{at}.{name}: may be missing"
        for name in before.keys() & now.keys():
            yield from self.breaks(before[name], now[name], f"{at}.{name}", above)


def resolved(document: Schema, schema: Schema) -> Schema:
    """What a schema stands for, with all that it adds up (allOf)."""
    while "$ref" in schema:
        node: Any = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            node = node[name.replace("~1", "/")]
        schema = node
    for part in schema.get("allOf", ()):
        schema = {**resolved(document, part), **{k: v for k, v in schema.items() if k != "allOf"}}
    return schema


def kinds(document: Schema, schema: Schema) -> dict[str, Schema]:
    """What it may be, by name: its types; of objects of several shapes each, by the name of its schema."""
    for several in KINDS:
        if several in schema:
            found: dict[str, Schema] = {}
            shapes: dict[str, Schema] = {}
            for each in schema[several]:
                inner = resolved(document, each)
                if "$ref" in each and inner.get("type") == "object":
                    shapes[each["$ref"].rpartition("/")[2]] = each
                else:
                    found |= kinds(document, inner)
            # A single shape may be called otherwise.
            return found | (shapes if len(shapes) > 1 else dict(zip(["object"], shapes.values(), strict=False)))
    named = schema.get("type")
    return dict.fromkeys([named] if isinstance(named, str) else named or [], schema)


def words(schema: Schema) -> set[str]:
    """The only words that it may be, where they are listed."""
    return {str(each) for each in schema.get("enum", [schema["const"]] if "const" in schema else [])}


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
