"""Verification (核对): counters against the ledger, the ledger against who counts; and putting right, on record."""
