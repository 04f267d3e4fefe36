"""People (人员): who they are, by document and by name."""
