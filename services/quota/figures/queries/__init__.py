"""Named reads of progress and of what stands behind it."""
