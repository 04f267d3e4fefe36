"""Follow-ups, acts on alerts and links that sign for one, over HTTP."""
