"""Suspected duplicates (疑似重复): two records side by side, how they differ, what a decision does to counts.

Owns the pages and what is said of counts beforehand. Whether two records are one person the registry keeps.
"""
