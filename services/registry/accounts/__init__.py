"""Accounts (人员账号) and clients (接入凭据): who may come, people and machines, and the tokens that say so.

An *account* is a person: a login that records name them by, a role, and the institution or reporting unit they act for.
A *client* is one system that asks for tokens. It belongs to an institution, and is a machine; or to an account, and
then what it does is done by that person: two clients of one person are one officer. For the bureau, a district, a
leader, an audit or the operators only people act (`person-needed`). A client's secret is shown once and kept as a keyed
hash. A person signs in by a password (登录): a *session* has a short token, and a refresh token that is good once.
Tokens (令牌, RFC 7519) are signed here and checked everywhere with the published key (RFC 7517).

Invariants: a credential is issued by one person and approved by another (一人发放、另一人核准), and good for nothing in
between; nobody approves their own; whoever had a hand in a credential decides on nothing that was written with it; a
login and the id of another's client are never the same word, since records name either.
"""
