"""One programme (计划): its figures against time, its units ranked, its milestones, and the quota behind them.

Owns no figure. Of several periods of its quota the one that began last is shown unless another is chosen; the day is
the reader's. What a role may not read is left out of its page, and what a service does not answer is named. The records
behind a number stand on pages of their own (`records`), for those who have signed in.
"""
