"""The reporting units (填报单位): where each stands in its own targets, and all programmes of one unit.

Owns no figure. Counts of several programmes are never added up, because one person may count in several.
"""
