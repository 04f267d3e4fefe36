"""Named reads of follow-ups."""
