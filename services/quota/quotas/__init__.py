"""Quotas (目标任务): an amount for a programme, a unit and a period."""
