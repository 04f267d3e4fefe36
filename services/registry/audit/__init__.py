"""Audit (审计): signed checkpoints of the trail (shared.trail), clear values shown on record (查看明文), and lists
exported (导出).

Requests that are refused before any operation are on the trail too, once they showed a valid token.

A *checkpoint* (检查点) is the trail's end, signed by the key that signs tokens and written where the database cannot
reach: a chain shows what was changed in it, but not that its end was cut off, nor that all of it was made anew.

A *copy* (副本) is a list of registrations that left the house (导出): it has a number, which stands in the file and on
the trail with the purpose, and says who took it and when.

Operations say for themselves what the trail keeps of them (shared.operations); nothing here knows any other noun's.
"""
