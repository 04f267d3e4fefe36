"""Notify before its first policy pack."""

from fastapi.testclient import TestClient

from services.notify.main import service
from services.notify.policy.commands import PackProposal, apply
from shared.operations import Call
from shared.service import Context
from tests.notify.conftest import BUREAU, pack


def test_x15_it_is_not_ready_until_a_pack_is_in_force(context: Context) -> None:
    with TestClient(service.app(context)) as http:
        missing = http.get("/readyz")
        assert (missing.status_code, missing.json()["type"]) == (503, "/problems/policy-missing")
        assert http.get("/livez").status_code == 200
        with context.database.writing() as session:
            apply(session, [Call(PackProposal(pack(), dry_run=False), BUREAU)])
        assert http.get("/readyz").status_code == 200
