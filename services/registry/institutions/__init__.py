"""Institutions (合作单位): the partners that post registrations, their clients and tokens, and who may not submit.

A *client* (接入凭据) is one system or person that asks for tokens; it belongs to an institution, or speaks for the
bureau, a district, a leader, an auditor or an operator. Its secret is shown once and kept as a keyed hash. Tokens
(令牌, RFC 7519) are signed here and checked everywhere with the published key (RFC 7517). An institution sees itself
alone; another's is as if absent. What the bureau posts itself belongs to the bureau's own institution (`BUREAU_ID`),
unless it names another.

A *bar* (暂停申报资格) keeps an institution from submitting, not from writing: drafts are kept, what was submitted goes
its way, and the refusal names the last day.
"""
