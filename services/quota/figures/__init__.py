"""Figures (数据): progress (完成情况), the records behind it (明细), months and overlaps between programmes."""
