"""The pack of Nanchang says what the policy says: 13 targets, 18 programmes, 16 units."""

import re
from datetime import date
from pathlib import Path

import pytest

from shared.contracts.policy import Annual, PackQuota, PolicyPack, Programme, Rounds, Span
from shared.policy import read_pack
from shared.references import faults_of

PACK = Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml"
FIVE_YEARS = (date(2018, 1, 1), date(2022, 12, 31), "parent_policy")
WITHOUT_END = (date(2018, 1, 1), None, "seed_text")

# code, amount, comparison, measure, measure word, clause, what the document writes of the number
TARGETS = [
    ("T01", 100, "at_least", "net_cumulative", "名", "二(七)17", "100名"),
    ("T02", 500, "at_least", "net_cumulative", "名", "二(七)17", "500名"),
    ("T03", 1000, "at_least", "net_cumulative", "名", "二(七)17", "1000名"),
    ("T04", 1000, "at_least", "net_cumulative", "名", "二(七)17", "1000名"),
    ("T05", 1000, "about", "net_cumulative", "名", "二(七)17", "1000名左右"),
    ("T06", 100_000, "at_least", "net_cumulative", "名", "二(七)18", "10万名"),
    ("T07", 30_000, "at_least", "net_cumulative", "名", "二(七)18", "3万名"),
    ("T08", 5, "at_least", "net_cumulative", "家", "二(七)18", "每年建设5家"),
    ("T09", 5, "at_least", "net_cumulative", "家", "二(七)18", "每年建设5家"),
    ("T10", 50, "about", "net_cumulative", "名", "二(七)18", "每两年培养选树50名左右"),
    ("T11", 500_000, "at_least", "net_cumulative", "名", "二(七)19", "50万名"),
    ("T12", 200, "about", "in_stock", "家", "二(七)19", "200家左右"),
    ("T13", 3000, "about", "in_stock", "个", "二(七)19", "3000个左右"),
]
PROGRAMMES = [
    ("top-talent", "person", "notice", "decision", "二(七)17"),
    ("local-leading-talent", "person", "notice", "decision", "二(七)17"),
    ("industry-urgent-talent", "person", "review", "decision", "二(七)17"),
    ("social-urgent-talent", "person", "review", "decision", "二(七)17"),
    ("overseas-talent", "person", "review", "decision", "二(七)17"),
    ("skilled-workers", "person", "direct", "fact", "二(七)18"),
    ("highly-skilled-workers", "person", "direct", "fact", "二(七)18"),
    ("skill-master-studios", "organisation", "notice", "decision", "二(七)18"),
    ("skill-training-bases", "organisation", "notice", "decision", "二(七)18"),
    ("hongcheng-craftsmen", "person", "notice", "decision", "二(七)18"),
    ("youth-intake", "person", "direct", "fact", "二(七)19"),
    ("internship-bases", "organisation", "review", "decision", "二(七)19"),
    ("public-welfare-posts", "post", "review", "decision", "二(七)19"),
    ("dual-qualified-teachers", "person", "review", "decision", "二(七)18"),
    ("social-work-bases", "organisation", "review", "decision", "二(七)18"),
    ("postdoc-stations", "organisation", "review", "decision", "二(七)19"),
    ("village-graduates", "person", "review", "decision", "二(七)19"),
    ("science-commissioners", "person", "review", "decision", "三(一)3"),
]
UNITS = [
    ("donghu", "district", "360102"),
    ("xihu", "district", "360103"),
    ("qingyunpu", "district", "360104"),
    ("wanli", "district", "360105"),
    ("qingshanhu", "district", "360111"),
    ("xinjian", "district", "360112"),
    ("honggutan", "district", "360113"),
    ("nanchang-county", "county", "360121"),
    ("anyi", "county", "360123"),
    ("jinxian", "county", "360124"),
    ("gaoxin-zone", "zone", None),
    ("jingkai-zone", "zone", None),
    ("xiaolan-zone", "zone", None),
    ("linkong-zone", "zone", None),
    ("wanli-bureau", "bureau", None),
    ("city", "city", "360100"),
]


@pytest.fixture(scope="module")
def pack() -> PolicyPack:
    return read_pack(PACK)


def quota(pack: PolicyPack, code: str) -> PackQuota:
    return next(quota for quota in pack.quotas if quota.code == code)


def programme(pack: PolicyPack, code: str) -> Programme:
    return next(programme for programme in pack.programmes if programme.code == code)


def test_every_reference_in_the_pack_holds(pack: PolicyPack) -> None:
    assert faults_of(pack) == []


def test_a_service_reads_the_same_pack_from_its_json(pack: PolicyPack) -> None:
    assert PolicyPack.model_validate_json(pack.model_dump_json()) == pack


def test_the_document_is_the_one_of_18_december_2018(pack: PolicyPack) -> None:
    assert (pack.document.number, pack.document.issued_on) == ("洪府发〔2018〕39号", date(2018, 12, 18))


def test_all_thirteen_targets_have_the_amounts_of_the_policy(pack: PolicyPack) -> None:
    with_amount = [quota for quota in pack.quotas if quota.amount]
    rows = [(q.code, q.amount, q.comparison, q.measure, q.measure_word_zh, q.clause) for q in with_amount]
    assert rows == [target[:6] for target in TARGETS]


def test_what_has_no_number_is_counted_and_asks_for_nothing(pack: PolicyPack) -> None:
    counted = {quota.code: quota for quota in pack.quotas if not quota.amount}
    assert list(counted) == ["N01", "N02", "N03", "N04", "N06", "N07", "N08", "N10", "N11", "N12", "N13"]
    assert all(quota.milestones == [] for quota in counted.values())
    of_a_part = {code: quota.where for code, quota in counted.items() if quota.where}
    assert of_a_part == {
        "N01": {"special_post": ["yes"]},
        "N02": {"special_post": ["yes"]},
        "N03": {"school_owner": ["municipal"]},
        "N06": {"dual_certificate": ["yes"]},
        "N07": {"recognised_from": ["competition", "professional_title"]},
        "N08": {"settled": ["yes"]},
        "N13": {"vacant": ["no"]},
    }
    in_no_amount = {p.code for p in pack.programmes} - {code for q in pack.quotas if q.amount for code in q.programmes}
    assert in_no_amount <= {code for quota in counted.values() for code in quota.programmes}


@pytest.mark.parametrize(("code", "figure"), [(target[0], target[6]) for target in TARGETS])
def test_the_wording_shows_the_figure_as_the_document_writes_it(pack: PolicyPack, code: str, figure: str) -> None:
    assert figure in quota(pack, code).wording_zh


def test_a_tolerance_goes_with_about_and_with_nothing_else(pack: PolicyPack) -> None:
    assert {q.code: q.tolerance_percent for q in pack.quotas if q.tolerance_percent} == {
        "T05": 10,
        "T10": 10,
        "T12": 10,
        "T13": 10,
    }


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(["T01", "T02", "T03", "T04", "T06", "T11"], FIVE_YEARS), (["T05", "T07", "T12", "T13"], WITHOUT_END)],
)
def test_a_deadline_is_stated_only_where_a_document_has_one(
    pack: PolicyPack, codes: list[str], expected: tuple[date, date | None, str]
) -> None:
    for code in codes:
        period = quota(pack, code).period
        assert isinstance(period, Span)
        assert (period.start, period.end, period.basis) == expected


@pytest.mark.parametrize("code", ["T08", "T09"])
def test_studios_and_bases_start_anew_every_year(pack: PolicyPack, code: str) -> None:
    assert quota(pack, code).period == Annual(kind="annual", first_year=2018, last_year=2030, basis="seed_text")


def test_craftsmen_come_in_rounds_that_are_written_down(pack: PolicyPack) -> None:
    period = quota(pack, "T10").period
    assert isinstance(period, Rounds)
    assert [(r.label, r.start, r.end, r.basis) for r in period.rounds] == [
        (f"{year}-{year + 1}", date(year, 1, 1), date(year + 1, 12, 31), "inferred")
        for year in (2018, 2020, 2022, 2024, 2026)
    ]
    named = next(field for field in programme(pack, "hongcheng-craftsmen").fields if field.name == "round")
    assert [choice.code for choice in named.choices] == [r.label for r in period.rounds]


def test_top_talent_is_one_target_for_two_classes_and_c_stands_apart(pack: PolicyPack) -> None:
    top, local = quota(pack, "T01"), quota(pack, "T02")
    assert (top.programmes, top.where) == (["top-talent"], {"talent_class": ["A", "B"]})
    assert (local.programmes, local.where) == (["local-leading-talent"], {"talent_class": ["C"]})


def test_a_highly_skilled_worker_counts_in_both_targets_wherever_registered(pack: PolicyPack) -> None:
    skilled, highly = quota(pack, "T06"), quota(pack, "T07")
    assert skilled.programmes == ["skilled-workers", "highly-skilled-workers"]
    assert highly.programmes == ["highly-skilled-workers", "skilled-workers"]
    assert skilled.where == {}
    assert set(highly.where["skill_level"]) == {"1", "2", "3", "chief", "special"}


def test_posts_are_pooled_over_the_city_and_no_target_is_split(pack: PolicyPack) -> None:
    assert [q.code for q in pack.quotas if q.city_pool] == ["T13"]
    assert {q.unit for q in pack.quotas} == {None}
    assert {q.kind for q in pack.quotas} == {"goal"}
    assert {tuple(q.milestones) for q in pack.quotas if q.amount} == {(25, 50, 75, 90, 100)}


def test_all_eighteen_programmes_are_there(pack: PolicyPack) -> None:
    rows = [(p.code, p.subject_kind, p.workflow, p.counting_date, p.clause) for p in pack.programmes]
    assert rows == PROGRAMMES
    assert {p.notice_working_days for p in pack.programmes if p.workflow == "notice"} == {5}


def test_only_what_a_count_cannot_do_without_is_required(pack: PolicyPack) -> None:
    required = {(p.code, field.name) for p in pack.programmes for field in p.fields if field.required}
    assert required == {
        ("top-talent", "talent_class"),
        ("local-leading-talent", "talent_class"),
        ("skilled-workers", "skill_level"),
        ("highly-skilled-workers", "skill_level"),
    }


def test_nothing_about_a_person_travels_with_events(pack: PolicyPack) -> None:
    counting = {name for p in pack.programmes for name in p.counting_codes}
    assert counting == {
        *("special_post", "dual_certificate", "settled", "vacant"),
        *("talent_class", "field", "skill_level", "round", "employment_mode", "route", "issued_by", "level", "award"),
        "recognised_from",
        *("base_kind", "title", "engagement", "school_owner", "partner", "station_kind", "assessment"),
    }


@pytest.mark.parametrize("code", ["industry-urgent-talent", "social-urgent-talent", "top-talent", "overseas-talent"])
def test_a_list_that_the_document_leaves_open_has_other(pack: PolicyPack, code: str) -> None:
    field = next(field for field in programme(pack, code).fields if field.name == "field")
    assert field.choices[-1].code == "other"


@pytest.mark.parametrize(
    ("code", "field", "refused"),
    [
        ("hongcheng-craftsmen", "title", "technician"),  # C10
        ("skill-training-bases", "base_kind", "public_training"),  # C11
        ("skill-training-bases", "base_kind", "training"),
        ("skill-training-bases", "level", "provincial"),
        ("skill-master-studios", "level", "national"),
        ("skill-master-studios", "award", "renewed"),
        ("highly-skilled-workers", "skill_level", "4"),
        ("youth-intake", "engagement", "trainee"),  # C35
        ("overseas-talent", "route", "trained"),
    ],
)
def test_what_belongs_to_another_list_is_refused(pack: PolicyPack, code: str, field: str, refused: str) -> None:
    known = next(each for each in programme(pack, code).fields if each.name == field)
    rules = [r for r in programme(pack, code).eligibility if r.rule == "one_of" and r.field == field]
    assert refused in {choice.code for choice in known.choices}
    assert [(r.effect, refused in r.values) for r in rules] == [("refuse", False)]


def test_the_rules_that_the_cases_ask_for_are_there(pack: PolicyPack) -> None:
    rules = {(p.code, r.rule, r.effect) for p in pack.programmes for r in p.eligibility}
    assert rules >= {
        ("skilled-workers", "certificate_level", "warn"),  # C08
        ("highly-skilled-workers", "certificate_level", "warn"),
        ("public-welfare-posts", "months_since", "refuse"),  # C29
        ("public-welfare-posts", "term_months", "warn"),
        ("youth-intake", "in_city", "refuse"),  # B10
        ("youth-intake", "education", "refuse"),  # C43
    }


def test_a_teacher_at_a_provincial_school_is_kept_and_not_counted(pack: PolicyPack) -> None:  # C40
    teachers = programme(pack, "dual-qualified-teachers")
    owner = next(field for field in teachers.fields if field.name == "school_owner")
    assert [choice.code for choice in owner.choices] == ["municipal", "provincial"]
    assert owner.counts
    assert teachers.eligibility == []
    assert [q.where for q in pack.quotas if teachers.code in q.programmes] == [{"school_owner": ["municipal"]}]


def test_all_sixteen_reporting_units_are_there(pack: PolicyPack) -> None:
    assert [(unit.code, unit.kind, unit.gb2260) for unit in pack.reporting_units] == UNITS


def test_wanli_is_followed_by_its_bureau_without_a_gap_or_a_double_day(pack: PolicyPack) -> None:
    units = {unit.code: unit for unit in pack.reporting_units}
    assert units["wanli"].valid_to == date(2020, 6, 27)
    assert units["wanli-bureau"].valid_from == date(2020, 6, 28)
    assert {code for code, unit in units.items() if unit.valid_to} == {"wanli"}
    assert {(s.old, s.new, s.effective_on) for s in pack.successions} == {
        ("wanli", "wanli-bureau", date(2020, 6, 28)),
        ("donghu", "honggutan", date(2020, 6, 28)),
        ("xinjian", "honggutan", date(2020, 6, 28)),
        ("xinjian", "honggutan", date(2022, 1, 1)),
    }


def test_one_post_hears_for_the_whole_city(pack: PolicyPack) -> None:
    assert [(recipient.login, recipient.unit) for recipient in pack.recipients] == [("leader", None)]


def test_every_name_is_there_in_chinese_and_in_english(pack: PolicyPack) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    texts = [("document", pack.document.title_zh, pack.document.title_en)]
    texts += [(unit.code, unit.name_zh, unit.name_en) for unit in pack.reporting_units]
    texts += [(p.code, p.name_zh, p.name_en) for p in pack.programmes]
    texts += [(f.name, f.zh, f.en) for p in pack.programmes for f in p.fields]
    texts += [(c.code, c.zh, c.en) for p in pack.programmes for f in p.fields for c in f.choices]
    texts += [(q.code, q.wording_zh, q.wording_en) for q in pack.quotas]
    numbers = {"round", "2018-2019", "2020-2021", "2022-2023", "2024-2025", "2026-2027", "2006", "1984"}
    assert not [code for code, zh, en in texts if not en or chinese.search(en)]
    assert not [code for code, zh, en in texts if code not in numbers and not chinese.search(zh)]
