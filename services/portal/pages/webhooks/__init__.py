"""Endpoints of institutions (系统回调): where their own systems hear what becomes of their registrations.

Owns the pages alone; what is sent, signed and tried again is notify's.
"""
