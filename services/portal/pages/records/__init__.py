"""The records behind a number (明细): in counting order, or the one that reached a milestone.

Only for those who have signed in. Quota says which records count, to units and institutions their own; whose they are
the registry says, masked, to those who may know, and who may not sees the numbers of the records alone.
"""
