"""Duplicates (疑似重复): who may be one person, what the bureau decided, and what that does to registrations."""
