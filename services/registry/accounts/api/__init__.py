"""Accounts, clients and tokens over HTTP."""
