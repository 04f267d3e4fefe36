"""Programmes (人才计划): the policy in force, the places it counts by, who is eligible, and the working-day calendar.

The *policy* is data: a pack (政策包) with programmes, reporting units, successions and rules, known by its document's
number. Applying one twice changes nothing, and what a pack no longer names stays, for records stand behind it. What is
in force changes by two officers (双人复核), who see the difference; the first pack of all is in force at once.

Units and townships are of a day (区划沿革): a *reporting unit* (填报单位) is valid from its first to its last day, both
included, and a *succession* says who reports from a day on. What follows from the details (属性) is nobody's to state.
Which programmes have a cap (限额) is known here, from packs and from quota's events, and never forgotten.

A year of the *calendar* (工作日历) is a decree or the package's, never a guess: one that neither has is refused.
"""
