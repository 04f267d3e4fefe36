"""Every act has one word on the audit trail, whoever asks, on whatever way in, granted or refused."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from typer.testing import CliRunner

import services.registry
from services.registry.accounts.commands.first_clients import client_command, issue_first
from services.registry.main import service
from services.registry.transitions.rules.workflow import ACTIONS
from shared.operations import Operation
from shared.running import commands
from tests.registry.audit.test_audit import fresh
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.routes import NAMES, OPEN, TABLE
from tests.registry.test_access import BOUNDARY, Places

WORDS = {
    "PUT /v1/policy": "apply_policy",
    "POST /v1/boundary-changes": "change_boundary",
    "PUT /v1/organisations/{uscc}/parent": "set_parent",
    "POST /v1/reorganisations": "reorganise",
    "POST /v1/reorganisations/{reorganisation_id}/undo": "undo_reorganisation",
    "POST /v1/institutions": "admit_institution",
    "PATCH /v1/institutions/{institution_id}": "change_institution",
    "POST /v1/institutions/{institution_id}/clients": "issue_client",
    "POST /v1/institutions/{institution_id}/clients/{client_id}/approve": "approve_client",
    "POST /v1/institutions/{institution_id}/clients/{client_id}/rotate": "rotate_client",
    "DELETE /v1/institutions/{institution_id}/clients/{client_id}": "withdraw_client",
    "POST /v1/accounts/{account_id}/clients": "issue_client",
    "POST /v1/accounts/{account_id}/clients/{client_id}/approve": "approve_client",
    "POST /v1/accounts/{account_id}/clients/{client_id}/rotate": "rotate_client",
    "DELETE /v1/accounts/{account_id}/clients/{client_id}": "withdraw_client",
    "POST /v1/accounts": "issue_account",
    "PATCH /v1/accounts/{account_id}": "change_account",
    "POST /v1/accounts/{account_id}/approve": "approve_account",
    "POST /v1/accounts/{account_id}/suspend": "suspend_account",
    "POST /v1/accounts/{account_id}/reset-password": "reset_password",
    "POST /v1/accounts/{account_id}/second-factor": "set_second_factor",
    "POST /v1/accounts/{account_id}/second-factor/reset": "reset_second_factor",
    "DELETE /v1/sessions/current": "sign_out",
    "DELETE /v1/sessions": "sign_out_everywhere",
    "POST /v1/sessions/end": "end_own_sessions",
    "POST /v1/institutions/{institution_id}/bars": "bar",
    "POST /v1/institutions/{institution_id}/bars/{bar_id}/lift": "lift",
    "POST /v1/programmes/{code}/check": "check",
    "POST /v1/registrations/{registration_id}/check": "check_amendment",
    "POST /v1/registrations": "register",
    "POST /v1/registrations/batch": "register",
    "POST /v1/privacy-notices": "put_privacy_notice",
    "PATCH /v1/registrations/{registration_id}": "amend",
    "POST /v1/registrations/{registration_id}/transitions": "transition",
    "POST /v1/registrations/transitions": "transition",
    "POST /v1/registrations/{registration_id}/unmask": "unmask",
    "POST /v1/registrations/exports": "export",
    "POST /v1/aftercare": "find",
    "POST /v1/imports": "import",
    "POST /v1/imports/{import_id}/commit": "commit_import",
    "POST /v1/imports/{import_id}/approve": "approve_import",
    "POST /v1/imports/{import_id}/columns": "name_columns",
    "DELETE /v1/column-wordings/{wording_id}": "forget_column",
    "POST /v1/imports/{import_id}/cancel": "cancel_import",
    "POST /v1/imports/{import_id}/undo": "undo_import",
    "POST /v1/registrations/{registration_id}/facts": "record_fact",
    "POST /v1/registrations/facts": "record_fact",
    "POST /v1/registrations/{registration_id}/facts/{fact_id}/withdraw": "withdraw_fact",
    "POST /v1/placements": "place",
    "POST /v1/placements/batch": "place",
    "PATCH /v1/placements/{placement_id}": "change_placement",
    "PUT /v1/calendar/{year}": "decree",
    "POST /v1/people/{subject_ref}/documents": "file_documents",
    "POST /v1/people/{subject_ref}/documents/{document_id}/corrections": "file_documents",
    "POST /v1/duplicates": "report_duplicate",
    "POST /v1/duplicates/{duplicate_id}/decision": "decide_duplicate",
    "POST /v1/duplicates/{duplicate_id}/undo": "undo_decision",
    "POST /v1/subjects/{subject_ref}/restrict": "restrict",
    "POST /v1/subjects/{subject_ref}/lift": "lift_restriction",
    "POST /v1/subject-requests": "enter_subject_request",
    "POST /v1/subject-requests/{request_id}/answer": "answer_subject_request",
    "POST /v1/subject-requests/{request_id}/disclosure": "disclose_to_subject",
    "POST /v1/retention": "end_retention",
    "POST /v1/facts/announcements": "announce_again",
    "POST /v1/dead-letters/replay": "replay",
    "POST /v1/dead-letters/drop": "drop_dead_letters",
}
BY_ITEM: dict[str, set[str]] = {
    "transition": {*ACTIONS},
    "find": {"assessment", "retention_check"},
}  # once the body is read, its own word


def operations(service: ModuleType = services.registry) -> Iterator[Operation[Any, Any]]:
    """Every operation that a service's modules declare."""
    for module in pkgutil.walk_packages(service.__path__, f"{service.__name__}."):
        if not {"migrations", "__main__"} & {*module.name.split(".")}:
            found = vars(importlib.import_module(module.name)).values()
            yield from (
                each for each in found if isinstance(each, Operation) and each.handler.__module__ == module.name
            )


def test_v06_no_two_acts_share_a_word() -> None:
    """The command line gives the same clients as REST does; nothing else has a namesake, nor a transition's action."""
    words = [each.word for each in operations() if each is not issue_first]
    assert len({*words, *ACTIONS}) == len(words) + len(ACTIONS)
    assert {*WORDS.values()} - {"replay", "drop_dead_letters"} <= {*words}


def test_v06_refusal_and_grant_share_the_operations_word(registry: Registry) -> None:
    assert {route for route in TABLE if not route.startswith("GET ")} - {
        "POST /v1/registrations/search"
    } == WORDS.keys()
    assert {route for route in OPEN if not route.startswith("GET ")} == {
        "POST /oauth/token",
        "POST /v1/sessions",
        "POST /v1/sessions/refresh",
        "POST /v1/sessions/issuer",
        "POST /v1/sessions/issuer/return",
    }
    places = Places(registry)
    for route, word in WORDS.items():
        since = fresh(registry)
        refused = next((name for name, sign in zip(NAMES, TABLE[route], strict=True) if sign == "-"), None)
        admitted = next(name for name, sign in zip(NAMES, TABLE[route], strict=True) if sign in "+0")
        if refused:
            places.ask(registry, refused, route)
        method, path = route.split(" ")
        registry.ask(admitted, method, path.format(**places.ids), {"no": "field"}, If_Match='"99"')
        before = [(each.action, each.outcome) for each in since()]
        assert refused is None or (word, "forbidden") in before, (route, before)
        places.ask(registry, admitted, route)
        said = {each.action for each in since()}
        assert said <= {word} | BY_ITEM.get(word, set()), (route, said)
        assert len(since()) > len(before), route


def test_v06_a_dry_run_and_a_change_differ(registry: Registry) -> None:
    since = fresh(registry)
    for path, method, body in (
        ("/v1/policy", "PUT", PACK_OF_NANCHANG),
        ("/v1/boundary-changes", "POST", BOUNDARY),
    ):
        for dry_run in ("true", "false"):
            assert registry.ask("bureau", method, f"{path}?dry_run={dry_run}", body).status_code == 200
    number = PACK_OF_NANCHANG["document"]["number"]
    moved = f"{BOUNDARY['old']} → {BOUNDARY['new']}"
    assert [(each.action, each.object, each.outcome) for each in since()] == [
        ("apply_policy", number, "tried"),
        ("apply_policy", number, "done"),
        ("change_boundary", moved, "tried"),
        ("change_boundary", moved, "done"),
    ]


def test_v06_a_client_made_at_the_command_line_is_on_record(registry: Registry) -> None:
    """And so is one that was refused."""
    since = fresh(registry)
    line = commands(service)
    line.command(name="client")(client_command(service.record))
    words = ["client", "--role", "leader", "--name", "x", "--client-id", "post-7"]
    made, again = (CliRunner().invoke(line, words) for _ in range(2))
    shown = dict(each.split() for each in made.stdout.splitlines())
    first = {"login": shown["login"], "password": shown["password"]}
    assert registry.http.post("/v1/sessions", json=first).json()["type"] == "/problems/new-password-needed"
    assert (
        registry.http.post("/v1/sessions", json=first | {"new_password": "十二个字以上的新口令足矣"}).status_code == 200
    )
    assert (made.exit_code, again.exit_code) == (0, 2)
    assert [(each.action, each.object, each.outcome, each.by, each.role) for each in since()] == [
        ("issue_client", "post-7", "done", "command-line", "system"),
        ("issue_client", "post-7", "client-exists", "command-line", "system"),
        ("sign_in", "post-7", "new-password-needed", "post-7", "leader"),
        ("sign_in", "post-7", "done", "post-7", "leader"),
    ]
