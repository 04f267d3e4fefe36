"""Audit (审计): the trail of all that was done, its signed checkpoints, clear values shown on record (查看明文),
and lists exported (导出).

Every execution of an operation has an entry in its own transaction, refused and replayed ones included: who, as what,
the operation's code, the object and its version, what came of it, and a stated purpose. Requests that are refused
before any operation are entered too, once they showed a valid token. Entries are only ever added, numbered without a
gap, and chained by hashes; the trail has one end, which whoever adds to it holds until the transaction ends, and so
adds last.

A *checkpoint* (检查点) is the trail's end, signed by the key that signs tokens and written where the database cannot
reach: a chain shows what was changed in it, but not that its end was cut off, nor that all of it was made anew.

A *copy* (副本) is a list of registrations that left the house (导出): it has a number, which stands in the file and on
the trail with the purpose, and says who took it and when.

Operations say for themselves what the trail keeps of them (shared.operations); nothing here knows any other noun's.
"""
