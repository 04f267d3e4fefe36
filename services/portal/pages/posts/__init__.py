"""Posts (岗位): who holds each, who stands in, who is above, and when its holder is on leave.

Owns the pages alone; whom a post reaches, and what a handover ends, is notify's.
"""
