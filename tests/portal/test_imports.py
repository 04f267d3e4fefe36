"""Imports in the portal: a file goes through as it comes, and its page says what it does and what comes next."""

import json
from typing import Any

import httpx
import pytest

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

JOB = "/v1/imports/01a221cd-54f3-75bc-ad17-94fa6aa951d1"
PAGE = JOB.removeprefix("/v1")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def job(state: str = "previewed", **more: Any) -> dict[str, Any]:
    """An import as the registry shows it."""
    counts = {"total": 815, "read": 815, "accepted": 812, "unchanged": 0, "duplicate": 1, "rejected": 2}
    effect = {"programme": "youth-intake", "value_before": 74_100, "percent_before": "74.1", "milestones": []}
    return {
        "id": JOB[-36:],
        "programme": "youth-intake",
        "mode": "accept_good",
        "file_name": '六月 <b>名册</b>".xlsx',
        "state": state,
        "rows": counts | {"undone": 0, "kept": 0},
        "effects": [effect | {"unit": None, "value_after": 74_912, "percent_after": "74.9"}],
        "problems": [{"row": 7, "column": "B", "detail": "第18位校验码不符"}],
        "uploaded_by": "zhang",
        "created_at": "2019-07-02T01:00:00Z",
    } | more


@pytest.fixture
def clerk(page: httpx.Client, city: City) -> httpx.Client:
    city.role = "institution_clerk"
    sign_in(page)
    city.answers |= {JOB: job(), "/v1/imports": [job()]}
    city.answers |= {f"{JOB}/columns": {}, "/v1/column-wordings": {}}
    city.answers["POST /v1/imports"] = job("queued")
    return page


def upload(clerk: httpx.Client, name: str, content: bytes, **form: str) -> httpx.Response:
    fields = {"csrf_token": token_in(clerk.get("/imports/new").text), "programme": "youth-intake"} | form
    return clerk.post("/imports/new", data=fields, files={"file": (name, content, SHEET)})


def test_a_file_goes_on_as_it_came_under_the_number_of_its_form_and_is_only_looked_at(
    clerk: httpx.Client, city: City
) -> None:
    content, number = bytes(range(256)) * 4_000, "01a221cd-0000-75bc-ad17-94fa6aa951d1"  # larger than any other form
    answer = upload(clerk, '六月"名册.xlsx', content, form_id=number, mode="all_or_nothing", hidden_rows="skip")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    ((path, key, (query, name, sent)),) = city.written
    assert (path, key, sent == content) == ("/v1/imports", f'"{number}"', True)
    assert name == "六月%22名册.xlsx"
    wanted = {"programme": "youth-intake", "mode": "all_or_nothing", "dry_run": "true", "hidden_rows": "skip"}
    assert query == wanted | {"kind": "registrations"}


def test_what_cannot_be_imported_is_said_with_what_to_do_and_the_rest_of_the_form_stays(
    clerk: httpx.Client, city: City
) -> None:
    for name, content, said in (
        ("", b"", "请选择要导入的文件"),
        ("空.xlsx", b"", "0字节"),
        ("名册.et", b"x", "WPS"),
        ("名册.zip", b"x", "压缩包"),
        ("名册.docx", b"x", "另存为 .xlsx"),
    ):
        answer = upload(clerk, name, content)
        assert (answer.status_code, said in answer.text, 'youth-intake" selected' in answer.text) == (422, True, True)
    assert "请选择人才计划" in upload(clerk, "名册.csv", b"x", programme="").text
    large = upload(clerk, "名册.csv", b"x" * (65 * 1024 * 1024))
    assert (large.status_code, "超过64 MB" in large.text) == (413, True)
    city.problems["/v1/imports"] = {"status": 409, "title": "x", "detail": "排队的导入任务过多"}
    assert "排队的导入任务过多" in upload(clerk, "名册.csv", b"x").text
    assert city.written == []


def test_a_file_of_another_site_or_session_is_not_looked_at(clerk: httpx.Client, city: City) -> None:
    refused = upload(clerk, "名册.csv", b"x" * 2_000_000, csrf_token="0" * 64)
    assert (refused.status_code, "表单没有提交" in refused.text, city.written) == (403, True, [])


def test_the_page_says_what_it_does_and_lets_only_its_uploader_commit(clerk: httpx.Client, city: City) -> None:
    html = clerk.get(PAGE).text
    for said in ("+812", "74,100 → 74,912", "完成率 74.1% → 74.9%", "不触及节点", "第18位校验码不符"):
        assert said in html
    assert "<b>名册" not in html
    assert f"{PAGE}/commit" in html
    answer = clerk.post(f"{PAGE}/commit", data={"csrf_token": token_in(html)})
    assert (answer.status_code, city.written[-1][0]) == (303, f"{JOB}/commit")
    city.answers[JOB] = job(uploaded_by="li", effects=[job()["effects"][0] | {"milestones": [75, 80]}])
    others = clerk.get(f"{PAGE}?lang=en").text
    assert f"{PAGE}/commit" not in others
    assert "Uploaded by li" in others
    assert "reaches the milestone of 75%, 80%" in others


def test_undoing_is_confirmed_first_and_says_why_it_is_refused(clerk: httpx.Client, city: City) -> None:
    city.answers[JOB] = job("committed")
    assert f"{PAGE}/undo" in clerk.get(PAGE).text
    sure = clerk.get(f"{PAGE}/undo").text
    assert "812 行" in sure
    city.problems[f"{JOB}/undo"] = {"status": 409, "title": "x", "detail": "导入完成已超过30天，须由人才办撤回"}
    refused = clerk.post(f"{PAGE}/undo", data={"csrf_token": token_in(sure)})
    assert (refused.status_code, "已超过30天" in refused.text, city.written) == (409, True, [])


def test_progress_comes_by_itself_with_the_script_and_without_it(clerk: httpx.Client, city: City) -> None:
    moving = job("reading", rows=job()["rows"] | {"read": 200}, rate=100.0, seconds_left=6.2, effects=None)
    city.answers[JOB] = moving
    sent = "".join(f"event: {name}\ndata: {json.dumps(moving)}\n\n" for name in ("progress", "finished"))
    city.answers[f"{JOB}/events"] = f": hello\n\n{sent}".encode()
    answer = clerk.get(PAGE)
    assert 'http-equiv="refresh"' in answer.text
    assert f'data-stream="{PAGE}/stream"' in answer.text
    assert answer.text.count('class="tag ') == 1  # one that moves on, and none that stays as it was
    script, _ = Read(answer.text).all("script")
    served = clerk.get(str(script["src"]))
    assert "EventSource" in served.text
    assert "immutable" in served.headers["cache-control"]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    events = clerk.get(f"{PAGE}/stream").text.split("\n\n")
    assert events[0].startswith("event: show\n")
    assert "200 / 815 行" in events[0]
    assert "还需约 7秒" in events[0]
    assert events[1].startswith("event: reload")
    city.answers.pop(f"{JOB}/events")
    assert clerk.get(f"{PAGE}/stream").status_code == 404


def test_reports_and_templates_are_passed_on_as_files_and_a_reader_only_reads(clerk: httpx.Client, city: City) -> None:
    city.answers |= {f"{JOB}/report.xlsx": b"report", "/v1/templates/youth-intake.xlsx": b"template"}
    report = clerk.get(f"{PAGE}/report.xlsx")
    assert (report.content, report.headers["content-disposition"][:29]) == (b"report", 'attachment; filename="import-')
    template = clerk.get("/imports/templates/youth-intake.xlsx")
    assert template.headers["content-disposition"] == 'attachment; filename="template-youth-intake.xlsx"'
    city.role = "auditor"
    sign_in(clerk)
    assert "/imports/new" not in clerk.get("/imports").text
    assert "/commit" not in clerk.get(PAGE).text
    city.answers["/v1/imports"] = []
    assert "还没有导入过文件" in clerk.get("/imports").text


def test_how_far_a_file_is_is_shown_by_a_script_of_ours_that_is_served_and_permitted(clerk: httpx.Client) -> None:
    answer = clerk.get("/imports/new")
    read = Read(answer.text)
    scripts = [str(each["src"]) for each in read.all("script")]
    assert [each.split("/")[-1].split(".")[0] for each in scripts] == ["live", "upload"]
    for each in scripts:
        served = clerk.get(each)
        assert served.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in served.headers["cache-control"]
    assert "data-upload" in clerk.get(scripts[1]).text
    policy = answer.headers["content-security-policy"]
    assert ("script-src 'self'" in policy, "unsafe" in policy) == (True, False)
    (form,) = [each for each in read.all("form") if "data-upload" in each]
    assert (form["method"], form["action"], form["enctype"]) == ("post", "/imports/new", "multipart/form-data")
    (sending,) = [each for each in read.all("div") if each.get("class") == "sending"]
    assert ("hidden" in sending, sending["data-sending"]) == (True, "正在上传 {percent}%")
