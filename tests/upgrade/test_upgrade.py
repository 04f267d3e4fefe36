"""The landed version stops in the middle of its work; this code starts on what it left, and nothing is lost or changed.

The data are made anew by the landed version's own code (`generator.py`), on each kind of database.
"""

import json
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from shared.db import Database
from shared.migrations import config_of, migrate
from shared.vault import generate_keys
from tests.city import City, eventually
from tests.databases import Databases, PostgresDatabases, on_postgres
from tests.fixtures import person
from tests.upgrade.answers import Question, answer_to, differences
from tests.upgrade.generator import PACK, REACHED, SERVICES, Landed, goal_of, landed_data, percentages, unpublished
from tests.upgrade.landed import HOW, Site, landed_tree
from tests.upgrade.story import BUREAU, OPERATOR, PUBLISHED, REVIEWED, SECOND, A, ok, posted

pytestmark = pytest.mark.timeout(600)  # seconds; the first test waits until a city has lived through a year


def revision_of(database: Database) -> str:
    """The revision that its schema is at."""
    with database.engine.connect() as connection:
        return str(MigrationContext.configure(connection).get_current_revision())


def everything_in(database: Database) -> dict[str, list[str]]:
    """Every row of every table, columns by their names, in an order of its own."""
    there = MetaData()
    there.reflect(database.engine)
    with database.engine.connect() as connection:
        return {
            name: sorted(repr(sorted(row.items())) for row in connection.execute(table.select()).mappings())
            for name, table in there.tables.items()
        }


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the landed version."""
    return landed_tree(tmp_path_factory.mktemp("landed"))


@pytest.fixture(scope="module")
def landed(tree: Path, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """Data as the landed version left it."""
    urls = on_postgres(databases, *SERVICES) if isinstance(databases, PostgresDatabases) else {}
    return landed_data(tmp_path_factory.mktemp("upgrade") / "data", tree, urls)


@pytest.fixture(scope="module")
def reading(landed: Landed) -> Iterator[Site]:
    """This code on those data, answering requests alone: nothing of the work that waits is done yet."""
    site = Site(landed.folder, landed.databases)
    generate_keys(site.folder / "keys", demo=True, earlier=site.folder / "keys.json")
    site.begin(*(f"{service} serve --alone" for service in SERVICES))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def city(landed: Landed, reading: Site) -> Iterator[City]:
    """This code on those data, with everything that works beside the answering."""
    reading.stop()
    city = City(landed.folder, **landed.databases)
    city.start()
    yield city
    city.stop()
    assert "Traceback" not in city.log(), city.log()


def test_migrations_go_there_and_back_over_its_data(landed: Landed) -> None:
    """Row for row; what this code starts on afterwards has been there twice."""
    site, moved = Site(landed.folder, landed.databases), set()
    for service in SERVICES:
        database = Database(site.database_url(service))
        before, revision = everything_in(database), revision_of(database)
        migrate(service, database.engine)
        moved |= {service} if revision_of(database) != revision else set()
        command.downgrade(config_of(service, database.engine), revision)
        assert (service, revision_of(database)) == (service, revision)
        after = everything_in(database)
        assert before.keys() == after.keys()
        for table, rows in before.items():
            assert (service, table, rows) == (service, table, after[table])
        migrate(service, database.engine)
        database.close()
    assert moved


def test_every_answer_is_as_before(landed: Landed, reading: Site) -> None:
    """The audit trail first: reading a list for publication adds to it."""
    questions = [question for question in reversed(landed.answers) if "cursor=" not in question.path]
    found = [(question, answer_to(reading, question)) for question in questions]
    changed = [line for question, now in found for line in differences(question, landed.answers[question], now)]
    assert not changed, "\n".join(changed[:40])


def test_a_page_of_before_is_asked_for_anew(landed: Landed, reading: Site) -> None:
    """A cursor is bound to its list since: one that was handed out before says so, and the list begins anew."""
    pages = [question for question in landed.answers if "cursor=" in question.path]
    for question in pages:
        refused = answer_to(reading, question)
        assert (refused.status, json.loads(refused.body)["errors"][0]["code"]) == (422, "cursor_unknown")
    assert len(pages) == 3


def test_a_token_of_before_is_still_good(landed: Landed, reading: Site) -> None:
    for service in SERVICES:
        for token in landed.kept.tokens.values():
            shown = {"Authorization": f"Bearer {token}"}
            answer = httpx.get(
                f"{reading.url(service)}/v1/flow", headers=shown, trust_env=False, verify=False, timeout=60
            )
            assert answer.status_code != 401, (service, answer.text)


def test_the_policy_pack_of_before_is_still_in_force(landed: Landed, reading: Site) -> None:
    status, said = reading.talent("policy", "apply", str(landed.tree / PACK), "--dry-run")
    assert (status, "没有变化 · nothing changes" in said) == (0, True), said


def test_what_was_under_way_arrives_once(city: City) -> None:
    """On the bus and not yet taken in, or not yet on the bus: counted, and of each milestone one alert."""
    goal_of(city, len(REACHED) + 1)
    assert eventually(lambda: percentages(city), lambda found: len(found) >= len(REACHED)) == list(REACHED)
    for service in SERVICES:
        assert eventually(partial(unpublished, city, service), lambda count: count == 0) == 0


def test_every_secret_of_before_signs_in(landed: Landed, city: City) -> None:
    def status(held: dict[str, str]) -> int:
        form, basic = {"grant_type": "client_credentials"}, (held["client_id"], held["client_secret"])
        return httpx.post(
            f"{city.url('registry')}/oauth/token", data=form, auth=basic, trust_env=False, verify=False, timeout=60
        ).status_code

    names = json.loads((landed.folder / "demo-credentials.json").read_text())
    assert {name: status(city.credentials(name)) for name in names} == dict.fromkeys(names, 200)
    assert (status(landed.kept.client), status(landed.kept.withdrawn)) == (200, 401)


def test_what_was_answered_under_a_key_is_answered_again(landed: Landed, city: City) -> None:
    for given in landed.kept.answered:
        client, key = city.client(given["by"], given["service"]), {"Idempotency-Key": given["key"]}
        answer = client.post(given["path"], json=given["body"], headers=key)
        assert (answer.status_code, answer.text) == (given["status"], given["answer"])
        assert answer.headers["idempotent-replayed"] == "true"


def test_a_second_officer_completes_what_the_first_began(landed: Landed, city: City) -> None:
    """A revocation, a list for publication and a new amount."""
    (revoked,) = city.act(SECOND, "revoke", [landed.kept.waiting_revocation], reason="材料不实")
    assert (revoked["status"], revoked["state"]) == (200, "revoked")
    (listed,) = city.act(SECOND, "publish", [landed.kept.waiting_publication], **PUBLISHED)
    assert (listed["status"], listed["state"]) == (200, "on_notice")
    quota = posted(city, SECOND, f"/v1/quotas/{landed.kept.waiting_quota}/revisions", landed.kept.revision, "quota")
    assert (quota["awaiting"], quota["amount"]) == (None, landed.kept.revision["amount"])


def test_a_sealed_person_is_found_and_opened(city: City) -> None:
    """By the blind index, whoever registers again; by the key of before, whoever may see clear values."""
    (sent,) = (person(7, REVIEWED),)
    again = city.client(A).post("/v1/registrations", json=sent)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-registered")
    wanted = {"q": sent["subject"]["id_number"]}
    (found,) = posted(city, BUREAU, "/v1/registrations/search", wanted)["items"]
    opened = posted(city, BUREAU, f"/v1/registrations/{found['id']}/unmask", {"purpose": "核对申报材料"})["subject"]
    assert (opened["name"], opened["id_number"]) == (sent["subject"]["name"], sent["subject"]["id_number"])


def test_the_next_edition_stands_on_the_one_of_before(landed: Landed, city: City) -> None:
    """And what was published stays byte for byte as it was, although more was counted since."""
    before = ok(city.client(BUREAU, "quota").get(f"/v1/bulletins/{landed.kept.bulletins[-1]}.json"))
    edition = {"edition": "2018-12", "issued_on": "2019-03-10"}
    published = posted(city, BUREAU, "/v1/bulletins", edition, "quota")
    assert published["edition_no"] == before["edition_no"] + 1
    assert published["content"]["previous"]["sha256"] == before["sha256"]
    kept = [question for question in landed.answers if question.path.startswith("/v1/bulletins/")]
    assert [line for each in kept for line in differences(each, landed.answers[each], answer_to(city, each))] == []


def test_what_was_raised_and_delivered_stays(landed: Landed, city: City) -> None:
    """An alert that waited to be signed for included; new ones come beside it."""
    lists = [Question(BUREAU, "notify", path) for path in ("/v1/recipients", "/v1/subscriptions", "/v1/policy")]
    one_by_one = [each for each in landed.answers if each.path.startswith(("/v1/alerts/", "/v1/deliveries/"))]
    assert len(one_by_one) > 20
    for question in [*lists, *one_by_one]:
        assert differences(question, landed.answers[question], answer_to(city, question)) == []


def test_work_that_was_left_open_is_ended(landed: Landed, city: City) -> None:
    """A place that is held is given back, a rebuild that was begun is given up."""
    quota = city.client(BUREAU, "quota"), city.client(OPERATOR, "quota")
    assert ok(quota[0].delete(f"/v1/seats/{landed.kept.seat}"))["state"] == "released"
    assert ok(quota[1].delete(f"/v1/rebuilds/{landed.kept.rebuild}"))["state"] == "dropped"


def test_registrations_ledger_and_counters_agree(landed: Landed, city: City) -> None:
    """All that `talent verify` has to say are the events that nobody could read before either."""
    _, said = city.talent("verify", "--json")
    report = json.loads(said)
    assert (report["figures"]["in_order"], report["registrations"]["differences"]) == (True, [])
    found = {name: (flow["stuck"], flow["parked"]) for name, flow in report["flow"].items()}
    assert found == {"registry": (0, 1), "quota": (0, 1), "notify": (0, 2)}  # who reads the registry's topic too now


def test_the_audit_trail_is_one_chain(landed: Landed, city: City) -> None:
    """Old entries and new ones, by the checkpoints of both, and by the one that was kept elsewhere before."""
    elsewhere = landed.folder.parent / "kept-elsewhere.jsonl"
    elsewhere.write_text(landed.kept.checkpoint + "\n")
    for kept in ([], ["--checkpoints", str(elsewhere)]):
        status, said = city.talent("audit", "verify", *kept)
        assert (status, "完好 · in order" in said) == (0, True), said


def test_the_portal_shows_the_year(city: City) -> None:
    page = httpx.get(f"{city.url('portal')}/?as_of=2019-12-31", trust_env=False, verify=False, timeout=60)
    assert page.status_code == 200


def test_a_history_that_was_cut_off_says_how_to_get_the_rest(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    with pytest.raises(pytest.fail.Exception, match="git fetch --unshallow"):
        landed_tree(tmp_path / "tree", tmp_path)
    assert "\n" not in HOW
