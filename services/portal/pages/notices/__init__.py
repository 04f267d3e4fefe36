"""Public notices (公示): what ends today, what runs and for how long, what is over, what waits to be published.

Owns the pages and the countdown by the registry's calendar. The list as it was published, the days and every rule are
the registry's.
"""
