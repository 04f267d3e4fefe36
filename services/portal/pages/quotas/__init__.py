"""Quotas (目标任务) and their split to units: laid down, revised by two officers, split, each seen before it is done.

Owns the pages alone; amounts, what a change would do and who has to confirm it are quota's.
"""
