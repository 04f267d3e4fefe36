"""The working-day calendar (工作日历) as far as reminders need it: which days are worked, which are off.

Owns the years that a decree moved (放假安排), as the registry announces them once two officers entered them there. A
year without a decree is the package's, as in the registry; a year that neither has goes by its weekends
(暂按周末推算), since reminders must go on, and is reckoned anew whenever the question comes up again.
"""
