"""Indicators (指标): figures that departments report with source and document; no heads stand behind them.

Owns `indicator` (as its document words it, by horizon) and `indicator_value` (every value for a day, with versions).
Invariants: a value never changes, a correction (更正) is its next version; values are exact decimals kept as text; an
indicator is judged by its newest value up to a day against that of exactly a year before, shares in points.
"""
