"""The audit trail (审计记录): searched by time, act, person and object, and its chain checked in words.

Owns the pages alone; the trails are the three services', and what a page checks it reads entry by entry.
"""
