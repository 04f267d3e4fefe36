"""The servers that tests and developers talk to, started by ourselves."""
