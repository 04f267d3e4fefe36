"""Named reads of heads, milestones and sums."""
