"""People (人员): who they are, by document and by name, and who may be one."""
