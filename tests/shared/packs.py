"""A small policy pack in which everything is in order; tests break one thing of it at a time."""

GOOD = """\
[document]
number = "甲府发〔2020〕1号"
title_zh = "某市人才计划"
title_en = "A city's talent plan"
issuer_zh = "某市人民政府"
issuer_en = "A city"
issued_on = 2020-01-02

[[reporting_units]]
code = "north"
name_zh = "北区"
name_en = "North"
kind = "district"
valid_from = 2000-01-01
valid_to = 2019-12-31

[[reporting_units]]
code = "south"
name_zh = "南区"
name_en = "South"
kind = "district"
valid_from = 2000-01-01

[[successions]]
old = "north"
new = "south"
effective_on = 2020-01-01
share_zh = "全部"
share_en = "all"

[[programmes]]
code = "masters"
name_zh = "大师"
name_en = "Masters"
clause = "1"
subject_kind = "person"
workflow = "notice"
notice_working_days = 5
counting_date = "decision"
fields = [
  { name = "grade", type = "choice", zh = "等级", en = "Grade", counts = true, choices = [
    { code = "high", zh = "高", en = "High" },
    { code = "low", zh = "低", en = "Low" },
  ] },
  { name = "since", type = "date", zh = "日期", en = "Date" },
  { name = "school", type = "text", zh = "学历", en = "School" },
  { name = "months", type = "integer", zh = "月数", en = "Months" },
  { name = "counted", type = "boolean", zh = "计入", en = "Counted" },
  { name = "kept", type = "choice", zh = "选项", en = "Choice", choices = [{ code = "x", zh = "甲", en = "X" }] },
]
eligibility = [
  { rule = "one_of", field = "grade", values = ["high"], said_zh = "须为高", said_en = "high only" },
  { rule = "months_since", field = "since", more_than = 12 },
  { rule = "vocational_or_above", when = "kept", value = "x", field = "school", code_set = "grade" },
]
attributes = [
  { rule = "same_year", name = "twin", one = "since", other = "since", zh = "同年", en = "Same year" },
  { rule = "given", name = "schooled", field = "school", zh = "有学历", en = "Schooled" },
]
term = { start = "since", months = "months", first_day_counts = "counted", remind_days = 60 }

[[programmes]]
code = "guests"
name_zh = "客座"
name_en = "Guests"
clause = "3"
subject_kind = "person"
workflow = "direct"
counting_date = "fact"

[[relations]]
one = "masters"
other = "guests"
rule = "count_once"
head = "guests"
clause = "4"

[[programmes]]
code = "houses"
name_zh = "工作室"
name_en = "Houses"
clause = "2"
subject_kind = "organisation"
workflow = "review"
counting_date = "decision"

[[quotas]]
code = "A01"
programmes = ["masters"]
where = { grade = ["high"] }
unit = "south"
comparison = "at_least"
amount = 10
measure = "net_cumulative"
measure_word_zh = "名"
measure_word_en = "persons"
clause = "1"
wording_zh = "10名"
wording_en = "10"
period = { kind = "rounds", rounds = [
  { label = "one", start = 2020-01-01, end = 2020-12-31, basis = "seed_text" },
  { label = "two", start = 2021-01-01, basis = "inferred" },
] }

[[recipients]]
code = "mayor"
post_zh = "市长"
post_en = "Mayor"
login = "mayor"
unit = "south"
"""

# what is written | what stands there instead | how the line at fault begins | pointer | code
