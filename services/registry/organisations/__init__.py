"""Organisations and posts (单位与岗位): the codes they are known by, the names they had, and what became of them.

An organisation is its 统一社会信用代码 (`uscc`), under whatever names it had (曾用名); another name for a known code is
a renaming. A branch or campus (分公司、校区) has a code of its own and a parent, and counts by itself. A post (岗位) is
known by host and code, whether or not somebody holds it, and outlives who holds it and who hosts it.

A reorganisation (合并、分立) that stands and has an heir retires the old code: `endings` says since when and who
succeeded. What it does to registrations is `corrections`'.
"""
