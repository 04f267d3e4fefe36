"""Verification (核对): counts held against the ledger, the heads and the registrations, with the result in words.

Owns the pages alone; checking and putting right are quota's.
"""
