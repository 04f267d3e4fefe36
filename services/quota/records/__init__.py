"""Records (明细): what stands behind a number, month by month, and how far programmes share their people."""
