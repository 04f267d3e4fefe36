"""Quotas (目标任务): an amount for a programme, a unit or the whole city, and a period, with its clause.

Owns what is laid down: `quota` (its terms in force), `revision` (every amount it has had, by generation), the revision
that awaits a second officer, and the policy documents as they were applied. A quota is of a kind: goal (目标, to be
reached), cap (上限, never to be passed), band (区间); its comparison says how the document words it (以上, 超过, 左右,
a–b), its measure which headcount is the figure (净累计 or 在库). Its scope says what it counts: programmes, classes, a
unit or the city, a period or a round (届). An annual quota has a row per year, one by rounds a row per round; a unit's
share (分解数) is a quota whose parent is the city's. Invariants: a document's quota keeps its identity however often it
is applied; two quotas with an amount for one programme and unit never share a day; past figures keep the amount of
their time; nothing is ever deleted. Whoever decides locks counting exclusively, whoever counts shares that lock.
"""
