"""Institutions (合作单位): the partners that post registrations, and who may not submit.

An institution sees itself alone; another's is as if absent. What the bureau posts itself belongs to the bureau's own
institution (`BUREAU_ID`), unless it names another. An inactive one gets no more tokens.

A *bar* (暂停申报资格) keeps an institution from submitting, not from writing: drafts are kept, what was submitted goes
its way, and the refusal names the last day.
"""
