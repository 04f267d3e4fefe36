"""Pace (序时进度): the headcount against the share of the period gone by, the lamps (亮灯) and the forecast (预测).

Expected is what one of four curves says: months or days gone by, last year's, or percentages set by hand. A lamp is
green from the expected share on, yellow to ten points behind, red below, never red for less than one head; `lamp` is
the one table, what each quota shows since when. Red ends when the headcount has caught up, then shows yellow to the end
of the month. The forecast carries the last year of whole months on. Invariants: exact fractions, rounded only to be
shown; red and its end are announced once each, by whoever changed the row; what is found at the first look is no news.
"""
