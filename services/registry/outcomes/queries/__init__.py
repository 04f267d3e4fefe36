"""Named reads of circumstances, placements, and what placements come to."""
