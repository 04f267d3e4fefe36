"""Which subjects count, what an event changes, which milestones are passed, and the spans of the sums."""
