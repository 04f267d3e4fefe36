"""Files as clerks keep them, uploaded to a registry whose worker is run by hand."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from stdnum.iso7064 import mod_11_2

from services.registry.imports.workers.advancing import advance
from services.registry.imports.workers.lanes import Lanes
from shared.trail import record
from tests.registry.conftest import Registry

A, B = "institution-a-clerk", "institution-b-clerk"
NAMED_COLUMNS = {
    "POST /v1/imports/{import_id}/columns": {"columns": [{"wording": "工号", "field": "/external_ref"}]}
}  # a body, by its route
HEADER = ("姓名", "证件号码", "填报单位", "事实发生日期", "就业形式", "毕业日期")


def number(n: int) -> str:
    """The n-th resident number, of a place that is given to nobody."""
    body = f"360101{date(1980, 1, 1) + timedelta(days=n % 5_000):%Y%m%d}{2 * (n // 5_000) + 1:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def row(n: int, **changes: str) -> dict[str, str]:
    """The n-th person's row."""
    cells = ("赵植树", number(n), "东湖区", "2019-07-01", "就业", "2019-06-30")
    return dict(zip(HEADER, cells, strict=True)) | changes


def csv_of(rows: Iterable[dict[str, str]], header: Sequence[str] = HEADER) -> bytes:
    """A CSV as a spreadsheet program saves it here: GB18030, without a mark."""
    text = io.StringIO()
    written = csv.DictWriter(text, header, extrasaction="ignore", lineterminator="\r\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue().encode("gb18030")


def upload(
    registry: Registry,
    content: bytes,
    name: str = A,
    programme: str = "youth-intake",
    form: dict[str, str] | None = None,
    name_of_file: str = "花名册.csv",
    **query: Any,
) -> Any:
    """The answer to an upload."""
    headers = {"Authorization": f"Bearer {registry.token(name)}"}
    return registry.http.post(
        "/v1/imports",
        params={"programme": programme, **query} if programme else query,
        data=form,
        files={"file": (name_of_file, content, "text/csv")},
        headers=headers,
    )


def run(registry: Registry, most: int = 1_000) -> int:
    """Have the worker go on until nothing is left, or so often; how often it did something."""
    runner, lanes = registry.context.runner(record), Lanes(registry.context, record)
    times = next((n for n in range(most) if advance(registry.context, runner, lanes) == 0), most)
    lanes.close()
    return times


def imported(registry: Registry, content: bytes, name: str = A, **query: Any) -> dict[str, Any]:
    """An import after the worker has done with it."""
    answer = upload(registry, content, name, **query)
    assert answer.status_code == 202, answer.text
    run(registry)
    return read(registry, answer.json()["id"], name)


def read(registry: Registry, import_id: str, name: str = A) -> dict[str, Any]:
    """An import as it is shown."""
    answer = registry.get(name, f"/v1/imports/{import_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(shown: dict[str, Any]) -> tuple[int, ...]:
    """Accepted, unchanged, duplicate, rejected."""
    rows = shown["rows"]
    return rows["accepted"], rows["unchanged"], rows["duplicate"], rows["rejected"]


def cancelled(registry: Registry) -> str:
    """An import of institution A that nothing more comes of."""
    import_id = str(upload(registry, csv_of([row(1)])).json()["id"])
    assert registry.post(A, f"/v1/imports/{import_id}/cancel").status_code == 200
    return import_id


def remembered(registry: Registry) -> str:
    """What institution A calls a column."""
    columns = {"columns": '{"columns": [{"wording": "工号", "field": "/external_ref"}]}'}
    answer = upload(registry, csv_of([row(1)]), form=columns)
    assert registry.post(A, f"/v1/imports/{answer.json()['id']}/cancel").status_code == 200
    return str(registry.get(A, "/v1/column-wordings").json()["items"][0]["id"])
