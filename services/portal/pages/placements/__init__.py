"""Placements at internship bases (见习): entered one after another, followed to their end, and how many were hired.

Owns the pages. Days, states and every figure of retention (留用率) are the registry's.
"""
