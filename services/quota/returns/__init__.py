"""Returns (报送): whom quota has heard of in a month, who said that there was nothing, and who said nothing at all.

A unit owes a report on a programme for each month of the period of its amount, or where the policy pack names a duty
(reporting.duties). Registrations submitted or recognised in that month by our clock are a report; a nil return (零报告)
says that there were none. Owns `report` and `silence`. A unit is silent (未报送) from the day after `due_day` of the
next month. Invariants: no data is not zero; a nil return is none any more once a registration of that month is known;
silence is announced once a month, of months that were missed the last alone.
"""
