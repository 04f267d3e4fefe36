"""Institutions (合作单位): partners, their clients and tokens, and the bars that keep one from submitting."""
