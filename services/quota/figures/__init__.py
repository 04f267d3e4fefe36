"""Figures (数据): progress (完成情况), the records behind a number (明细), months (逐月) and overlaps (重叠矩阵).

Owns no table: everything is read from quotas, counting, seats, pace and returns. Progress is one row per quota: figure,
completion, pace and lamp, forecast, milestones, places, what no unit was given (未分解), who was not heard of; a plain
count stands within its target (其中). Late (补报) is what was learnt after the month it counts in. Invariants: now is
read from counters, any past from the sums as of a date and as known at an instant; completion is rounded down, 100.0
never stands below the amount; units and institutions see their own records, with places in the whole; programmes are
never added up, people are counted once.
"""
