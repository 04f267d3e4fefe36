"""Dead letters (滞留事件) of the three services: why each waits, tried again, or given up for a reason.

Owns the pages alone; what waits, and what comes of trying it again, each service says for itself.
"""
