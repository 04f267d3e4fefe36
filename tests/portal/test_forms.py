"""A form: sent only from our own page, done once, and given back filled in with what is wrong."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import services
from services.portal.client.forms import FormError, form_errors
from services.portal.client.schemas import ProblemAnswer
from tests.portal.conftest import City
from tests.portal.reading import Read

# As the registry answers them.
WRONG: dict[str, Any] = {
    "type": "/problems/invalid",
    "title": "提交的内容有误",
    "status": 422,
    "detail": "提交的内容有误",
    "instance": "01a221cd-54f3-75bc-ad17-94fa6aa951d1",
    "errors": [
        {
            "pointer": "/reporting_unit",
            "code": "unit_unknown",
            "detail": "没有这个填报单位，可用代码见 GET /v1/reporting-units",
        },
        {
            "pointer": "/subject/id_number",
            "code": "wrong_checksum",
            "detail": "第18位校验码与前17位不符（GB 11643），其中至少有一位录入有误。",
        },
        {"pointer": "/details/colour", "code": "unknown_field", "detail": "本计划没有此项。请删除或改正。"},
    ],
}
TWICE: dict[str, Any] = {
    "type": "/problems/already-registered",
    "title": "该人员（单位、岗位）已在本计划登记，不得重复登记",
    "status": 409,
    "detail": "该人员（单位、岗位）已在本计划登记，不得重复登记",
    "registration_id": "01a221cd-5713-76aa-a1ea-ad9c832ab600",
}
LABELS = {"reporting_unit": "填报单位", "subject.id_number": "证件号码", "terms": "期数", "a/b~c": "备注"}
UNIT, NUMBER, COLOUR = (fault["detail"] for fault in WRONG["errors"])


def test_each_fault_is_shown_at_its_field_and_none_is_lost() -> None:
    assert form_errors(ProblemAnswer.model_validate(WRONG), LABELS) == [
        FormError(UNIT, "reporting_unit", "填报单位"),
        FormError(NUMBER, "subject.id_number", "证件号码"),
        FormError(COLOUR),
    ]


def test_without_faults_the_problem_itself_is_what_is_wrong() -> None:
    assert form_errors(ProblemAnswer.model_validate(TWICE), LABELS) == [
        FormError("该人员（单位、岗位）已在本计划登记，不得重复登记")
    ]
    assert form_errors(ProblemAnswer(status=409, title="满"), LABELS) == [FormError("满")]


@pytest.mark.parametrize(
    ("pointer", "field"),
    [("/terms/0/from", "terms"), ("/terms", "terms"), ("/a~1b~0c", "a/b~c"), ("", None), ("/subject", None)],
)
def test_a_fault_within_a_field_is_shown_at_that_field(pointer: str, field: str | None) -> None:
    problem = {"status": 422, "title": "x", "errors": [{"pointer": pointer, "code": "x", "detail": "y"}]}
    (error,) = form_errors(ProblemAnswer.model_validate(problem), LABELS)
    assert (error.field, error.label) == (field, LABELS.get(field or ""))


class Form:
    """The toys' form as a browser has it open."""

    def __init__(self, toys: httpx.Client, **more: str) -> None:
        self._toys = toys
        inputs = Read(toys.get("/toys").text).all("input")
        self.fields = {str(each["name"]): each["value"] or "" for each in inputs} | more

    def send(self, **headers: str) -> httpx.Response:
        """Press the button."""
        return self._toys.post("/toys", data=self.fields, headers=headers)


@pytest.fixture
def form(toys: httpx.Client) -> Form:
    return Form(toys, **{"subject.name": "robot", "subject.id_number": "360101199001010019"})


def test_what_was_sent_is_written_with_the_visitors_token_and_leads_on(form: Form, city: City) -> None:
    answer = form.send()
    assert (answer.status_code, answer.headers["location"]) == (303, "/toys/robot")
    path, key, body = city.written[-1]
    assert (path, body["subject"]) == ("/v1/toys", {"name": "robot", "id_number": "360101199001010019"})
    assert key == f'"{form.fields["form_id"]}"'


def test_a_form_that_is_sent_twice_is_one_write_and_another_form_another(toys: httpx.Client, city: City) -> None:
    once, again = Form(toys), Form(toys)
    for form in (once, once, again):
        form.send()
    first, second, third = (key for _, key, _ in city.written)
    assert first == second != third


def test_a_number_that_is_none_is_replaced(form: Form, city: City) -> None:
    form.fields["form_id"] = "数\r\nX: y"
    assert form.send().status_code == 303
    assert "X" not in city.written[-1][1]


def test_w03_a_form_of_more_than_a_form_needs_is_not_read(form: Form, city: City) -> None:
    form.fields["reporting_unit"] = "x" * 256 * 1024
    answer = form.send()
    assert (answer.status_code, "内容过大" in answer.text, city.written) == (413, True, [])


def test_a_refused_form_comes_back_filled_in_with_a_summary_that_leads_to_its_fields(form: Form, city: City) -> None:
    city.problems["/v1/toys"] = WRONG
    answer = form.send()
    read = Read(answer.text)
    assert answer.status_code == 422
    summary = Read(answer.text.partition('class="error-summary"')[2].partition("</section>")[0])
    assert [a["href"] for a in summary.all("a")] == ["#reporting_unit", "#subject.id_number"]
    for said in ("有内容需要改正", f"证件号码：{NUMBER}", COLOUR):
        assert said in summary.text
    fields = {each["id"]: each for each in read.all("input") if "id" in each}
    assert fields["subject.id_number"]["value"] == "360101199001010019"
    assert fields["subject.id_number"]["aria-invalid"] == "true"
    assert fields["subject.id_number"]["aria-describedby"] in {each.get("id") for each in read.all("p")}
    assert "aria-invalid" not in fields["subject.name"]
    del city.problems["/v1/toys"]
    form.fields |= {str(each["name"]): each["value"] or "" for each in read.all("input")}
    assert form.send().status_code == 303


def test_a_refusal_of_the_whole_form_is_said_above_it_in_the_readers_language(form: Form, city: City) -> None:
    city.problems["/v1/toys"] = TWICE
    answer = form.send()
    assert answer.status_code == 409
    assert TWICE["detail"] in answer.text
    assert "There is a problem" in Form(form._toys).send().text.replace("有内容需要改正", "There is a problem")


def test_names_in_a_refused_form_are_text(form: Form, city: City) -> None:
    city.problems["/v1/toys"] = WRONG
    form.fields["subject.name"] = '"><script>alert(1)</script>'
    assert "<script" not in form.send().text


@pytest.mark.parametrize("token", [None, "", "0" * 64, "数"])
def test_a_form_of_another_site_is_refused(form: Form, city: City, token: str | None) -> None:
    form.fields.pop("csrf_token")
    if token is not None:
        form.fields["csrf_token"] = token
    answer = form.send()
    assert (answer.status_code, "表单没有提交" in answer.text) == (403, True)
    assert city.written == []


def test_a_form_is_bound_to_the_browser_it_was_shown_to(form: Form, toys: httpx.Client, city: City) -> None:
    toys.cookies.delete("session")
    assert form.send().status_code == 403
    toys.cookies.set("session", "A" * 43)
    assert form.send().status_code == 403
    assert city.written == []


def test_a_browser_that_says_the_form_comes_from_elsewhere_is_believed(form: Form) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        assert form.send(**{"Sec-Fetch-Site": site}).status_code == status


def test_the_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends(toys: httpx.Client) -> None:
    assert "set-cookie" not in toys.get("/").headers  # who only reads is given none
    given = toys.get("/toys")
    cookie = given.headers["set-cookie"].lower()
    assert cookie.startswith("session=")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie
    assert toys.cookies["session"] not in given.text
    assert "set-cookie" not in toys.get("/toys").headers
    toys.cookies.set("session", "chosen by somebody else", domain="127.0.0.1")
    assert toys.get("/toys").headers["set-cookie"].startswith("session=")


def test_cookies_are_kept_by_one_module() -> None:
    """So that each has what one has; see below."""
    product = Path(services.__file__).parent
    found = [path for path in product.rglob("*.py") if re.search(r"set_cookie\(|\.cookies\b", path.read_text())]
    assert found == [product / "portal/shell/cookies.py"]


def test_over_tls_a_cookie_never_leaves_it_and_is_of_this_host_alone(toys: httpx.Client) -> None:
    """`__Host-` (RFC 6265bis): a browser takes it neither from a neighbouring host nor without TLS."""
    over_tls = {"X-Forwarded-Proto": "https"}
    given = toys.get("/toys?lang=en", headers=over_tls).headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in given] == ["__Host-lang", "__Host-session"]
    for each in given:
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= {part.strip() for part in each.lower().split(";")}
        assert "domain" not in each.lower()
    kept = {"Cookie": "; ".join(each.partition(";")[0] for each in given)}
    again = toys.get("/toys", headers=over_tls | kept)
    assert ("set-cookie" in again.headers, '<html lang="en">' in again.text) == (False, True)
    slipped_in = {"Cookie": f"session={'A' * 43}"}  # by a neighbouring host
    assert "__Host-session=" in toys.get("/toys", headers=over_tls | slipped_in).headers["set-cookie"]
