"""Policy (政策落地): everything that lays quotas down, by a policy pack, by the bureau, or as shares of units.

A pack (政策包) is compared with what is in force and applied: quotas added, terms changed, indicators; by two officers,
the first pack of all at once. The bureau lays down quotas of its own (自定目标), revises amounts with two officers
(目标调整), chooses how pace is measured, and splits the city's amount to units (任务分解). Owns no table of its own: it
writes those of quotas and has counting, seats and pace follow. Invariants: applied again a document changes nothing;
what a pack no longer names stays in force; what is laid down is counted at once, silently, and a revision measures the
milestones anew under the next generation; the shares follow what the city's quota counts.
"""
