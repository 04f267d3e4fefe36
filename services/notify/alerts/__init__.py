"""Alerts (提醒): a fact about a subject, for one recipient, once per cause.

Owns what each event meant (提醒事由, `contents`: one row an event, heard or not), alerts and the kinds of them
(提醒类别): an event of another service is read as an alert's content, which is kept
for every post that hears of it. A subject is a quota, registration, import, institution or the system itself; its ref
is opaque here. Facts are kept and texts are not: names are copied when the alert is raised, title and body are worded
from the facts in the reader's language when they are read. A kind says all there is to it in one place
(`rules.kinds`), and no CHECK knows it.

States: `open → acknowledged`; `in_progress` and `closed` are room for follow-up (督办). Milestones that a quota passes
in one batch are said together. Each event is said to a recipient once, held by unique keys, so one that comes again
raises nothing. Positions rise in the order of commits: one row gives them and stays locked until then, so a reader who
goes on after the last one seen misses none.
"""
