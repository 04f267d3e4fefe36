"""The working-day calendar (工作日历): a year as it is in force, and a decree put into force by two officers.

Owns the pages alone; the years, and the running notices that end on another day by one, are the registry's.
"""
