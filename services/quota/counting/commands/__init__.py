"""Events become heads, ledger lines, sums, counters and milestones."""
