"""People (人员): who somebody is, by document and by name, and who may be one.

A *record* (档案) is what one document was first registered under; a *subject* is the person a record stands for:
itself, or the oldest of all records that standing decisions join (`same_as`). Type, issuing country and number of a
document name one record, and a record may have several documents. Name, birth date and gender are sealed together and
numbers by themselves, each bound to its row; what is looked for is kept as keyed fingerprints (`number_index`,
`person_key`).

A number the police corrected (号码更正) keeps its row and names nobody any more, unless it comes with the same name.
Nothing here is ever deleted, and a name that differs is noted, never corrected. Whoever is recorded is looked for among
all others (疑似重复); the pack's `[matching]` says which signals stop, queue or are ignored. Spellings by the sounds of
Cantonese and other dialects (粤语等方言拼写) are not compared.

What decisions on duplicates do is `corrections`'; whom nobody may register twice is `registrations`'.
"""
