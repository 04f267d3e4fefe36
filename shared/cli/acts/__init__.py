"""Administrative acts (管理事项) at the command line: those of the portal's administration, by the same routes."""
