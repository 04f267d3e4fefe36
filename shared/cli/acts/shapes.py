"""What an act of administration is: a verb of a noun, by one route of a service."""

from typing import NamedTuple

from shared.problems import Said

BUREAU, CLERK, OPERATOR = "bureau", "institution-a-clerk", "operator"  # who does it, of a demo's credentials
REGISTRY, QUOTA, NOTIFY = "registry", "quota", "notify"
ANY = ""  # each of these: the first argument says which


class Verb(NamedTuple):
    """What is done: a method, the rest of the path, and perhaps If-Match."""

    name: str
    route: str
    fields: str
    said: Said


class Noun(NamedTuple):
    """A kind of object, and where a service has it."""

    name: str
    said: Said
    service: str
    path: str
    by: str
    verbs: tuple[Verb, ...]


class Act(NamedTuple):
    """One command: `talent NOUN VERB`. Parts of the path in braces are its arguments, fields its options."""

    noun: Noun
    verb: Verb

    @property
    def method(self) -> str:
        """The method of the route."""
        return self.verb.route.split()[0]

    @property
    def path(self) -> str:
        """The path of the route."""
        return self.noun.path + "".join(part for part in self.verb.route.split()[1:] if part.startswith("/"))

    @property
    def of_a_version(self) -> bool:
        """Whether it says which version was seen."""
        return self.verb.route.endswith(" If-Match")


def credentials(new: str) -> tuple[Verb, ...]:
    """What is done with the credentials of programs."""
    return (
        Verb("list", "GET", "", Said("列出", "List them")),
        Verb("add", "POST", new, Said("发放，密钥只显示一次", "Issue one; its secret is shown once")),
        Verb("approve", "POST /{client_id}/approve", "", Said("核准", "Approve one")),
        Verb("rotate", "POST /{client_id}/rotate", "", Said("更换密钥", "Renew its secret")),
        Verb("withdraw", "DELETE /{client_id}", "", Said("停用", "Withdraw one")),
    )
