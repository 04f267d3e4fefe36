"""A broken policy pack names the line and the reason, in both languages, and every fault at once."""

from pathlib import Path

import pytest

from shared.policy import BrokenPack, parse_pack, read_pack
from shared.references import faults_of
from tests.shared.packs import GOOD

COLUMNS = ("written", "instead", "where", "pointer", "code")
OUT_OF_FORM = r"""
amount = 10\n | amont = 10\n | [[quotas]] | /quotas/0/amount | missing
amount = 10\n | amount = 10\namont = 1\n | amont | /quotas/0/amont | extra_forbidden
amount = 10\n | amount = 10\n"a/b~c" = 1\n | "a/b | /quotas/0/a~1b~0c | extra_forbidden
amount = 10\n | amount = -1\n | amount | /quotas/0/amount | greater_than_equal
"at_least" | "atleast" | comparison | /quotas/0/comparison | literal_error
code = "houses" | code = "House" | code = "House" | /programmes/2/code | string_pattern_mismatch
rule = "months_since" | rule = "years" | { rule = "years" | /programmes/0/eligibility/1 | union_tag_invalid
more_than = 12 | more_than = "x" | { rule = "mo | /programmes/0/eligibility/1/more_than | int_type
type = "date" | type = "choice" | { name = "since" | /programmes/0/fields/1 | choices
type = "date" | type = "date", counts = true | { name = "since" | /programmes/0/fields/1 | counts
notice_working_days = 5\n |  | [[programmes]] | /programmes/0 | notice_days
end = 2020-12-31 | end = 2019-12-31 | { label = "one" | /quotas/0/period/rounds/0 | ends_before_start
valid_to = 2019-12-31 | valid_to = 1999-12-31 | [[rep | /reporting_units/0 | ends_before_start
"at_least" | "about" | [[quotas]] | /quotas/0 | tolerance
"at_least" | "between" | [[quotas]] | /quotas/0 | amount_max
amount = 10\n | amount = 10\nmilestones = [50, 25]\n | [[quotas]] | /quotas/0 | milestones
amount = 10\n | amount = 0\n | [[quotas]] | /quotas/0 | milestones
type = "text" | type = "text", counts = true | { name = "school" | /programmes/0/fields/2 | counts
remind_days = 60 | remind_days = 0 | term | /programmes/0/term/remind_days | greater_than_equal
["high"] } | [] } | where | /quotas/0/where/grade | too_short
"""
REFERENCES = r"""
programmes = ["masters"] | programmes = ["nobody"] | programmes = | /quotas/0/programmes/0 | unknown_programme
programmes = ["masters"] | programmes = ["masters", "masters"] | programmes = | /quotas/0/programmes/1 | twice
programmes = ["masters"] | programmes = ["masters", "houses"] | programmes = | /quotas/0/programmes | subject_kinds
one = "masters" | one = "nobody" | one = | /relations/0/one | unknown_programme
other = "guests" | other = "masters" | other = | /relations/0/other | same_programme
other = "guests" | other = "houses" | other = | /relations/0/other | subject_kinds
head = "guests" | head = "houses" | head = | /relations/0/head | head_elsewhere
"count_once" | "forbid" | head = | /relations/0/head | head_elsewhere
where = { grade | where = { colour | where = | /quotas/0/where/colour | unknown_field
where = { grade | where = { kept | where = | /quotas/0/where/kept | does_not_count
grade = ["high"] } | grade = ["high", "top"] } | where = | /quotas/0/where/grade/1 | unknown_choice
unit = "south"\ncomp | unit = "east"\ncomp | unit = "east" | /quotas/0/unit | unknown_unit
login = "mayor"\nunit = "south" | login = "mayor"\nunit = "west" | unit = "west" | /recipients/0/unit | unknown_unit
old = "north" | old = "east" | old | /successions/0/old | unknown_unit
new = "south" | new = "east" | new | /successions/0/new | unknown_unit
new = "south" | new = "north" | new | /successions/0/new | same_unit
effective_on = 2020-01-01 | effective_on = 1999-01-01 | effective_on | /successions/0/effective_on | successor_not_valid
field = "grade" | field = "colour" | { rule = "one_of" | /programmes/0/eligibility/0/field | unknown_field
field = "since" | field = "grade" | { rule = "months | /programmes/0/eligibility/1/field | field_type
value = "x", f | value = "y", f | { rule = "voc | /programmes/0/eligibility/2/value | unknown_choice
one = "since" | one = "grade" | { rule = "same_year" | /programmes/0/attributes/0/one | field_type
field = "school", zh | field = "skool", zh | { rule = "given" | /programmes/0/attributes/1/field | unknown_field
name = "twin" | name = "grade" | { rule = "same_year" | /programmes/0/attributes/0/name | twice
name = "twin" | name = "schooled" | { rule = "given" | /programmes/0/attributes/1/name | twice
months = "months" | months = "since" | term | /programmes/0/term/months | field_type
where = { grade = ["high"] } | where = { twin = ["high"] } | where | /quotas/0/where/twin/0 | unknown_choice
values = ["high"] | values = ["low", "top"] | { rule = "one_of" | /programmes/0/eligibility/0/values/1 | unknown_choice
name = "since" | name = "grade" | { name = "grade", type = "date" | /programmes/0/fields/1/name | twice
code = "low" | code = "high" | { code = "high", zh = "低" | /programmes/0/fields/0/choices/1/code | twice
label = "two" | label = "one" | { label = "one", start = 2021 | /quotas/0/period/rounds/1/label | twice
start = 2021-01-01 | start = 2020-12-31 | { label = "two" | /quotas/0/period/rounds/1/start | rounds_overlap
, end = 2020-12-31 |  | { label = "two" | /quotas/0/period/rounds/1/start | rounds_overlap
"""


def rows_of(table: str) -> list[list[str]]:
    return [row.replace(r"\n", "\n").split(" | ") for row in table.strip().splitlines()]


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.strip().startswith(start))


def broken(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BrokenPack) as caught:
        parse_pack(text.encode())
    assert all(fault.said.zh and fault.said.en for _, fault in caught.value.lines)
    return [(line, fault.pointer, fault.code) for line, fault in caught.value.lines]


def test_a_good_pack_is_read(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert [programme.code for programme in read_pack(file).programmes] == ["masters", "guests", "houses"]


def test_the_byte_order_mark_of_a_windows_editor_is_no_fault() -> None:
    windows = GOOD.replace("\n", "\r\n").encode("utf-8-sig")
    assert parse_pack(windows) == parse_pack(GOOD.encode())


def test_the_order_of_the_tables_does_not_matter() -> None:
    tables = GOOD.split("\n\n")
    turned = parse_pack("\n\n".join(reversed(tables)).encode())
    straight = parse_pack(GOOD.encode())
    assert faults_of(turned) == []
    assert (turned.document, turned.quotas) == (straight.document, straight.quotas)
    assert sorted(p.code for p in turned.programmes) == sorted(p.code for p in straight.programmes)


@pytest.mark.parametrize(
    ("written", "instead", "where"),
    [
        ('measure_word_zh = "名"', "measure_word_zh = 名", "measure_word_zh"),
        ("[[recipients]]", "[[recipients]", "[[recipients]"),
        ("amount = 10", "amount = 10\namount = 20", "amount = 20"),
        ("issued_on = 2020-01-02", "issued_on = 2020-13-02", "issued_on"),
        ('post_en = "Mayor"', 'post_en = "Mayor', "post_en"),
    ],
)
def test_what_is_no_toml_is_told_by_its_line(written: str, instead: str, where: str) -> None:
    text = GOOD.replace(written, instead, 1)
    assert broken(text) == [(line_of(text, where), "", "toml")]


def test_a_number_too_long_for_python_is_a_fault_of_the_file() -> None:
    assert [code for _, _, code in broken("amount = " + "9" * 5000)] == ["toml"]


def test_a_text_that_stops_in_the_middle_is_broken_in_its_last_line() -> None:
    assert broken('[document]\nnumber = "x\n\n') == [(2, "", "toml")]
    assert broken("[document]\nnumber = [\n") == [(2, "", "toml")]


def test_bytes_that_are_no_utf_8_are_told_by_their_line() -> None:
    with pytest.raises(BrokenPack) as caught:
        parse_pack('a = 1\nb = "南昌"\n'.encode("gb18030"))
    assert [line for line, _ in caught.value.lines] == [2]


def test_an_empty_file_lacks_everything() -> None:
    assert [pointer for _, pointer, _ in broken("")] == ["/document", "/programmes", "/reporting_units"]


@pytest.mark.parametrize(COLUMNS, rows_of(OUT_OF_FORM))
def test_what_does_not_fit_the_form_is_told_by_its_line(
    written: str, instead: str, where: str, pointer: str, code: str
) -> None:
    text = GOOD.replace(written, instead, 1)
    assert (line_of(text, where), pointer, code) in broken(text)


@pytest.mark.parametrize(COLUMNS, rows_of(REFERENCES))
def test_a_reference_that_does_not_hold_is_told_by_its_line(
    written: str, instead: str, where: str, pointer: str, code: str
) -> None:
    text = GOOD.replace(written, instead, 1)
    assert (line_of(text, where), pointer, code) in broken(text)


@pytest.mark.parametrize(
    ("written", "instead", "after", "pointer"),
    [
        ('code = "south"', 'code = "north"', 'name_zh = "南区"', "/reporting_units/1/code"),
        ('code = "houses"', 'code = "masters"', 'name_zh = "工作室"', "/programmes/2/code"),
    ],
)
def test_the_second_of_two_codes_is_the_one_at_fault(written: str, instead: str, after: str, pointer: str) -> None:
    text = GOOD.replace(written, instead, 1)
    assert (line_of(text, after) - 1, pointer, "twice") in broken(text)


def test_an_age_is_asked_of_persons_only() -> None:
    rule = 'counting_date = "decision"\neligibility = [{ rule = "age", at_least = 18 }]\n\n[[quotas]]'
    text = GOOD.replace('counting_date = "decision"\n\n[[quotas]]', rule)
    line = next(n for n, row in enumerate(text.split("\n"), 1) if '"age"' in row)
    assert broken(text) == [(line, "/programmes/2/eligibility/0/rule", "no_person")]


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace('old = "north"', 'old = "n"')
        .replace('grade = ["high"] }', 'grade = ["h"] }')
        .replace('login = "mayor"\nunit = "south"', 'login = "mayor"\nunit = "w"')
    )
    found = broken(text)
    assert [pointer for _, pointer, _ in found] == [
        "/successions/0/old",
        "/quotas/0/where/grade/0",
        "/recipients/0/unit",
    ]
    assert [line for line, _, _ in found] == [
        line_of(text, 'old = "n"'),
        line_of(text, "where"),
        line_of(text, 'unit = "w"'),
    ]


def test_the_message_is_a_line_for_each_fault() -> None:
    with pytest.raises(BrokenPack) as caught:
        parse_pack(GOOD.replace('old = "north"', 'old = "n"').encode())
    line = line_of(GOOD, "old")
    assert str(caught.value) == f"{line}: 没有这个填报单位 · there is no such reporting unit"
