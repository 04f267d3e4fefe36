"""Corrections (更正): what later changes whom or what a registration stands for.

Three kinds. *People found to be one* (疑似重复): a case of two records, decided and taken back by the bureau; a
decision rewrites nothing but whom a record stands for, so that decisions can be made and undone in any order, and the
result depends only on which of them stand. *Reorganisations* (合并、分立): titles and posts go to the heir, of two
titles of one kind that of the organisation that ended is cancelled; undone as a whole, unless something was built upon
it. *Boundary changes* (区划调整): a part of a unit went to another, and its registrations go with their townships,
credit and all; a unit that went as a whole is rewritten nowhere, for the day that is asked for decides.

And what people ask for of their data (个人权利请求): access, a copy, correction, restriction, erasure. Whose data is
restricted is shown to nobody and used for nothing; of who is erased nothing personal is left, by two officers. Neither
announces anything, for every count stays.

Each registration that changes is announced with its full state, those that go to another subject together
(`moved_with`). Each institution keeps seeing the person as it registered them.
"""
