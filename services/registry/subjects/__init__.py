"""Who is registered (登记对象): people, organisations and posts, how each is known, and who may be one.

**People (人员)**, by document and name. A *record* (档案) is what one document was first registered under; a *subject*
is the person a record stands for: itself, or the oldest of all records that standing decisions join (`same_as`).
Type, issuing country and number of a document name one record, and a record may have several documents. Name, birth
date and gender are sealed together and numbers by themselves, each bound to its row; what is looked for is kept as
keyed fingerprints (`number_index`, `person_key`).

A number the police corrected (号码更正) keeps its row and names nobody any more, unless it comes with the same name.
Nothing here is ever deleted, and a name that differs is noted, never corrected. Whoever is recorded is looked for among
all others (疑似重复); the pack's `[matching]` says which signals stop, queue or are ignored. Spellings by the sounds of
Cantonese and other dialects (粤语等方言拼写) are not compared.

**Organisations and posts (单位与岗位)**: the codes they are known by, the names they had, and what became of them. An
organisation is its 统一社会信用代码 (`uscc`), under whatever names it had (曾用名); another name for a known code is a
renaming. A branch or campus (分公司、校区) has a code of its own and a parent, and counts by itself. A post (岗位) is
known by host and code, whether or not somebody holds it, and outlives who holds it and who hosts it. A reorganisation
(合并、分立) that stands and has an heir retires the old code: `endings` says since when and who succeeded.

What decisions on duplicates do, and what a reorganisation does to registrations, is `corrections`'; whom nobody may
register twice is `registrations`'.
"""
