"""The types of fields by themselves: what they take, what they refuse, and in which words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.policy import PolicyPack
from shared.days import read_instant
from shared.fields import AsTyped, BirthDate, Day, DocumentNo, Instant, Line, Name, Reason, Sentence, Text
from shared.policy import parse_pack
from shared.problems import Fault, Said
from shared.validation import located
from tests.shapes import Document, refused_in_a_body, with_value
from tests.shared.packs import GOOD


def refused(kind: Any, given: Any) -> Said:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(given)
    (fault,) = located(error.value.errors())
    return fault.said


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ("2019-02-29", "2019年2月有28天", "February 2019 has 28 days"),
        ("20200230", "2020年2月有29天", "February 2020 has 29 days"),
        ("2019年4月31日", "2019年4月有30天", "April 2019 has 30 days"),
        ("2019-13-01", "月份为1至12", "months go from 1 to 12"),
        ("2019-00-10", "月份为1至12", "months go from 1 to 12"),
        ("2019-01-00", "2019年1月有31天", "January 2019 has 31 days"),
        ("0001-01-01", "1900年至2199年", "from 1900 to 2199"),
        ("2200-01-01", "1900年至2199年", "from 1900 to 2199"),
        ("9999-12-31", "1900年至2199年", "from 1900 to 2199"),
    ],
)
def test_u02_u15_a_day_is_refused_for_the_right_reason(given: str, zh: str, en: str) -> None:
    said = refused(Day, given)
    assert zh in said.zh
    assert en in said.en


def test_u15_of_a_day_of_birth_the_reason_says_nothing_of_it() -> None:
    assert not any(char.isdigit() for sentence in refused(BirthDate, "1985-02-29") for char in sentence)


@pytest.mark.parametrize(
    "given", ["2019-12-31", "20191231", "2019年12月31日", "2019/12/31", "2019.12.31", " 2019-12-31"]
)
def test_u15_a_day_is_read_in_every_form(given: str) -> None:
    assert TypeAdapter(Day).validate_python(given).isoformat() == "2019-12-31"


@pytest.mark.parametrize("given", ["2019-12-31T23:59:59", "2019-12-31T23:59:59 08:00", "2019-12-31 23:59"])
def test_u15_an_instant_without_its_zone_is_refused_naming_it(given: str) -> None:
    said = refused(Instant, given)
    assert "时区" in said.zh
    assert "%2B" in said.zh
    assert "%2B" in said.en


@pytest.mark.parametrize(
    "given", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2199-12-31T23:59:59-12:00", "1899-12-31T15:59:59Z"]
)
def test_u02_an_instant_lies_in_our_calendar(given: str) -> None:
    found = read_instant(given)
    assert isinstance(found, Fault)
    assert "1900年至2199年" in found.said.zh


@pytest.mark.parametrize(
    "given", ["2019-12-31T24:00:00Z", "2019-12-31T00:61:00Z", "2019-12-31T00:00:00+99:00", "0.5", 0, True]
)
def test_u02_what_is_no_instant_is_refused(given: object) -> None:
    assert isinstance(read_instant(given), Fault)


@pytest.mark.parametrize(
    "given", ["2019-12-31T15:59:59Z", "2019-12-31T23:59:59+08:00", "2019-12-31T23:59:59.0+0800", "2019-12-31t15:59:59z"]
)
def test_an_instant_is_read_in_its_zone(given: str) -> None:
    assert read_instant(given) == datetime(2019, 12, 31, 15, 59, 59, tzinfo=UTC)


def test_u11_a_line_is_trimmed_and_never_empty() -> None:
    assert TypeAdapter(Line).validate_python(" \u3000某 院\n") == "某 院"
    assert TypeAdapter(Reason).validate_python(" 第一行\n第二行 ") == "第一行\n第二行"
    assert TypeAdapter(AsTyped).validate_python("\u202d360101\u202c ") == "\u202d360101\u202c "
    for kind in (Line, Reason):
        for blank in ("", " ", "\u3000", "\u200b\ufeff", "\n"):
            assert "空白" in refused(kind, blank).zh
    assert "换行" in refused(Line, "a\nb").zh


def test_u01_u02_u04_no_field_of_a_policy_pack_takes_what_it_cannot_mean() -> None:
    """As a body, and as the text of a file: the same types."""
    schema = PolicyPack.model_json_schema()
    document = Document(schema["$defs"])
    good = document.sample(schema)
    for leaf in document.leaves(schema):
        for value in refused_in_a_body(leaf.schema):
            with pytest.raises(ValidationError) as error:
                PolicyPack.model_validate(with_value(good, leaf.path, value))
            places = ["/".join(map(str, each["loc"])) for each in error.value.errors()]
            path = leaf.path[:-1] if "const" in leaf.schema else leaf.path  # of what tells a union's kind, the union
            assert any(_reaches(place, path) for place in places), (leaf.pointer, ascii(value), places)
    assert parse_pack(GOOD.encode())


def _reaches(place: str, path: tuple[str | int, ...]) -> bool:
    """Whether an error lies at a field; unions put their tags in between."""
    parts = iter(place.split("/"))
    return all(str(each) in parts for each in path)


@pytest.mark.parametrize(
    "given",
    [
        "电话15400000000，请回电",
        "36010119900101001X",
        "证件 360101196001020018 有误",
        "tel:15400000003.",
        "138 0013 8000",
        "+86-138-0013-8000",
        "１３８００１３８０００",
        "360101 19900101 001X",
    ],
)
def test_u12_a_free_text_holds_nobodys_number(given: str) -> None:
    """A line, a name and the number of a document are kept in clear as well."""
    found = {kind: refused(kind, given) for kind in (Reason, Text, Line, Name, Sentence, DocumentNo)}
    (said,) = {*found.values()}
    assert said.zh.startswith("含有身份证号码或手机号码")
    assert not any(part in said.zh + said.en for part in given.split())


@pytest.mark.parametrize(
    "given",
    [
        "洪人社字〔2019〕12号",
        "91360100MA0000011A",
        "共15400000000123件",
        "2019-07-01至2020-06-30，计12800元",
        "2018-2019 1380 人",
    ],
)
def test_u12_other_numbers_stay(given: str) -> None:
    assert TypeAdapter(Reason).validate_python(given) == given


@pytest.mark.parametrize(("kind", "most"), [(Line, 100), (Reason, 1000), (Text, 2000)])
def test_a_text_that_is_too_long_is_measured_in_characters(kind: Any, most: int) -> None:
    assert f"{most}个字符" in refused(kind, "长" * (most + 1)).zh
