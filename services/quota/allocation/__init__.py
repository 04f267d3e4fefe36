"""Allocation (任务分解): the city's amount split to units, and what no unit was given (未分解指标)."""
