"""Counting (计数): who counts now against which quota, the ledger (台账) behind every figure, and milestones (节点)."""
