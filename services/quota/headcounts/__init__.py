"""Headcounts (计数): who counts now against which quota, and the ledger (台账) behind every figure."""
