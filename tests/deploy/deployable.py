"""What keeps a compose file from running our code as our code is; one sentence for each fault."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from pydantic import ValidationError
from sqlalchemy import make_url
from typer.core import TyperGroup
from typer.exceptions import TyperException

from services.notify.channels.email import MailSettings
from services.notify.follow_ups.rules.terms import TermSettings
from services.portal.__main__ import cli as portal
from shared.asyncapi import SERVICES
from shared.bus.topics import read_topics
from shared.cli import app as talent
from shared.config import PORTS, Settings
from shared.running import commands
from tests.deploy.compose import ROOT, Drawn, Service, environment, ours, runs_on, substituted, variables_in

PUBLISHED_PORTS = {"portal", "registry"}
WRITES_ITS_OWN_FILES = {"kafka"}  # its image writes the broker's configuration into itself at every start
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|PRIVATE")

Compose = Mapping[str, Any]


def faults(compose: Compose) -> Iterator[str]:
    """Everything that is wrong."""
    for name, service in compose["services"].items():
        for check in (_image, _harmless, _bounded, _healthy, _ordered, _secrets, _places, _bus):
            yield from (f"{name}: {fault}" for fault in check(name, service, compose))
    for name, service in ours(compose).items():
        for own in (_command, _settings, _database, _ports):
            yield from (f"{name}: {fault}" for fault in own(name, service, compose))
    yield from _complete(compose)
    yield from _topics(compose)


def _image(name: str, service: Service, compose: Compose) -> Iterator[str]:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    image = service["image"]
    if not re.search(r":\d+\.\d+(\.\d+)?(-\w+)*$", image) or "/" in image.partition("/")[2]:
        yield f"image {image} is not pinned to a version"
    if name in ours(compose) and not image.endswith(f":{version}"):
        yield f"image {image} is not version {version}"


def _harmless(name: str, service: Service, compose: Compose) -> Iterator[str]:
    if str(service.get("user", "root")).partition(":")[0] in {"root", "0"}:
        yield "runs as root"
    if service.get("cap_drop") != ["ALL"] or "cap_add" in service or service.get("privileged"):
        yield "keeps capabilities"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if not service.get("read_only") and name not in WRITES_ITS_OWN_FILES:
        yield "may write into its image"


def _bounded(name: str, service: Service, compose: Compose) -> Iterator[str]:
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    yield from (f"has no limit of {each}" for each in ("cpus", "memory", "pids") if not limits.get(each))
    if not service.get("logging", {}).get("options", {}).get("max-size"):
        yield "writes logs without end"


def _healthy(name: str, service: Service, compose: Compose) -> Iterator[str]:
    check = service.get("healthcheck", {})
    if runs_on(service) and not (check.get("test") and check.get("interval") and check.get("timeout")):
        yield "has no health check"
    if name not in ours(compose) or not runs_on(service):
        return
    checked = check.get("test", [])[-1:]
    if "serve" in service["command"]:
        expected = str(Settings().port(_owner(service)))
    else:
        expected = environment(service).get("TALENT_PULSE_FILE", "unset")
    if checked != [expected] or check["test"][:-1] != ["CMD", "python", "-m", "shared.health"]:
        yield f"its health check asks {checked}, not {expected}"


def _ordered(name: str, service: Service, compose: Compose) -> Iterator[str]:
    for other, how in service.get("depends_on", {}).items():
        found = compose["services"].get(other)
        ends = how["condition"] == "service_completed_successfully"
        if found is None:
            yield f"waits for {other}, which is not there"
        elif ends == runs_on(found):
            yield f"waits in vain until {other} is {'done' if ends else 'well'}"
    needs = {"postgres": "DATABASE_URL", "kafka": "BUS_URL"}
    for other, setting in needs.items():
        used = any(key.endswith(setting) for key in environment(service)) and runs_on(service)
        if used and other not in _waits_for(name, compose):
            yield f"does not wait for {other}"


def _waits_for(name: str, compose: Compose) -> set[str]:
    direct = set(compose["services"][name].get("depends_on", {})) & set(compose["services"])
    return direct.union(*(_waits_for(other, compose) for other in direct))


def _secrets(name: str, service: Service, compose: Compose) -> Iterator[str]:
    for key, value in environment(service).items():
        in_url = re.search(r"://[^:@]*:(.*)@", value)
        secret = in_url[1] if in_url else value
        if (in_url or SECRET.search(key)) and not re.fullmatch(r"\$\{\w+:(\?[^}]*|-)\}", secret):
            yield f"{key} does not come from .env alone"
        of_logins = re.findall(r'(?:password|user_\w+)="([^"]*)"', value)
        if not all(re.fullmatch(r"\$\{\w+:\?[^}]*\}", each) for each in of_logins):
            yield f"{key} holds a password that does not come from .env alone"


def _places(name: str, service: Service, compose: Compose) -> Iterator[str]:
    for volume in service.get("volumes", []):
        source = volume.partition(":")[0]
        if source.startswith("."):
            if not (ROOT / source).exists():
                yield f"mounts {source}, which is not there"
        elif source not in compose["volumes"]:
            yield f"volume {source} is not declared"
        if re.search(r"keys?$", source) and name != "keys" and not volume.endswith(":ro"):
            yield "may change the keys"
        if source in ("registry-keys", "signing-keys") and name.partition("-")[0] not in ("keys", "registry"):
            yield f"is given {source}, which are the registry's alone"
        if source.endswith("-event-key") and name not in ("keys", source.replace("event-key", "relay")):
            yield f"is given {source}, which a relay alone signs with"
    yield from (
        f"network {each} is not declared" for each in service.get("networks", []) if each not in compose["networks"]
    )


def _bus(name: str, service: Service, compose: Compose) -> Iterator[str]:
    """Everybody on the bus comes by name, over TLS, and each service by a name of its own."""
    given, mounted = environment(service), service.get("volumes", [])
    if any(each.startswith("bus-certificate:") for each in mounted) and name not in ("kafka", "bus-certificate"):
        yield "is given bus-certificate, which is the broker's alone"
    if name == "kafka":
        protocols = dict(each.split(":") for each in given["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
        for listener in re.findall(r"(\w+)://", given["KAFKA_LISTENERS"]):
            if protocols.get(listener, listener) != "SASL_SSL":
                yield f"its listener {listener} is {protocols.get(listener, listener)}"
        if "KAFKA_AUTHORIZER_CLASS_NAME" not in given or "KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND" in given:
            yield "does not look at rights"
    elif "bus" in service.get("networks", []):
        if given.get("TALENT_KAFKA_SECURITY") != "SASL_SSL" or "bus-authority:/bus/public:ro" not in mounted:
            yield "does not speak TLS with the bus"
        owner, admin = _owner(service), "TALENT_KAFKA_ADMIN_PASSWORD"
        user, variable = (f"talent-{owner}", f"TALENT_{owner.upper()}_KAFKA_PASSWORD") if owner else ("admin", admin)
        password = given.get("TALENT_KAFKA_PASSWORD", "")
        if (given.get("TALENT_KAFKA_USERNAME"), [*dict(variables_in(password))]) != (user, [variable]):
            yield f"comes to the bus as {given.get('TALENT_KAFKA_USERNAME')}, not by the password of {user}"


def _owner(service: Service) -> str:
    """Which of our services a container belongs to."""
    module = service["command"][2] if service["command"][:2] == ["python", "-m"] else ""
    return module.removeprefix("services.") if module.startswith("services.") else ""


def command_lines() -> dict[str, TyperGroup]:
    """The command line of each service, as its users have it."""
    found = {name: commands(import_module(f"services.{name}.main").service) for name in SERVICES} | {"portal": portal}
    groups = {name: typer.main.get_command(cli) for name, cli in found.items()}
    return {name: group for name, group in groups.items() if isinstance(group, TyperGroup)}


def _command(name: str, service: Service, compose: Compose) -> Iterator[str]:
    owner, words = _owner(service), [substituted(word, Drawn()) for word in service["command"]]
    group = command_lines().get(owner)
    rest = words[3:]
    if words[0] == "talent":
        made = typer.main.get_command(talent)
        group, rest = (made if isinstance(made, TyperGroup) else None), words[1:]
    if group is None or rest[0] not in group.commands:
        yield f"{' '.join(words)} is no command"
        return
    try:
        group.commands[rest[0]].make_context(rest[0], list(rest[1:]))
    except TyperException as wrong:
        yield f"{' '.join(words)}: {wrong}"


def _settings(name: str, service: Service, compose: Compose) -> Iterator[str]:
    given = {key: substituted(value, Drawn()) for key, value in environment(service).items()}
    for model in (Settings, MailSettings, TermSettings):
        fields = {f"TALENT_{field}".upper(): field for field in model.model_fields}
        mine: dict[str, Any] = {field: given.pop(key) for key, field in fields.items() if key in given}
        try:
            model(**mine)
        except ValidationError as wrong:
            yield from (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors())
    passwords = {f"TALENT_{each.upper()}_KAFKA_PASSWORD" for each in SERVICES if service["command"][-1] == "rights"}
    yield from (f"{key} is no setting" for key in given.keys() - passwords)
    if environment(service).get("TALENT_ENVIRONMENT") != "production":
        yield "is no production"


def _database(name: str, service: Service, compose: Compose) -> Iterator[str]:
    owner = _owner(service)
    urls = {key: value for key, value in environment(service).items() if key.endswith("_DATABASE_URL")}
    expected = {f"TALENT_{owner.upper()}_DATABASE_URL"} if owner in SERVICES else set()
    if set(urls) != expected:
        yield f"knows the databases {sorted(urls)}, not {sorted(expected)}"
    for value in urls.values():
        url = make_url(substituted(value, Drawn()))
        role = f"talent_{owner}_{'owner' if 'migrate' in service['command'] else 'app'}"
        if (url.username, url.database) != (role, f"talent_{owner}"):
            yield f"is {url.username} in database {url.database}, not {role} in talent_{owner}"
        if {name for name, _ in variables_in(value)} != {f"{role.upper()}_PASSWORD"}:
            yield f"does not use the password of {role}"
        if url.host not in compose["services"]:
            yield f"database host {url.host} is not there"


def _ports(name: str, service: Service, compose: Compose) -> Iterator[str]:
    for key, value in environment(service).items():
        if match := re.fullmatch(r"TALENT_(\w+)_URL", key):
            other = match[1].lower()
            if other in SERVICES and value != f"http://{other}:{Settings().port(other)}":
                yield f"{key} leads to {value}"
    published = service.get("ports", [])
    if bool(published) != (name in PUBLISHED_PORTS):
        yield f"publishes {published}"
    for port in published:
        number = Settings().port(name)
        if port != f"${{BIND_ADDRESS:-127.0.0.1}}:{number}:{number}":
            yield f"publishes {port}, not its own port on this machine alone"
    bus = environment(service).get("TALENT_BUS_URL")
    if bus and bus != f"kafka://{_advertised(compose)}":
        yield f"looks for the bus at {bus}"


def _advertised(compose: Compose) -> str:
    return environment(compose["services"]["kafka"])["KAFKA_ADVERTISED_LISTENERS"].rpartition("://")[2]


def _complete(compose: Compose) -> Iterator[str]:
    """Every process that our services know is there, once."""
    there = sorted((_owner(each), each["command"][3]) for each in ours(compose).values() if _owner(each))
    wanted = [("portal", "serve")]
    for name in SERVICES:
        service = import_module(f"services.{name}.main").service
        loops = ["relay", *(["consume"] if service.handlers else []), *service.workers]
        wanted += [(name, each) for each in ("migrate", "serve", *loops)]
    wanted.sort()
    if there != wanted:
        yield f"runs {there}, not {wanted}"
    if set(PORTS) - set(compose["services"]):
        yield "lacks a service"


def _topics(compose: Compose) -> Iterator[str]:
    created = {topic.name for topic in read_topics(ROOT / "deploy" / "topics.toml", replication=1, min_insync=1)}
    listened = {topic for name in SERVICES for topic in import_module(f"services.{name}.main").service.topics}
    named = set(re.findall(r"talent\.[a-z]+\.v\d+", str(compose)))
    yield from (f"topic {topic} is not created" for topic in sorted((listened | named) - created))
