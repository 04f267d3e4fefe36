"""Real servers for the tests and for developers, started from what the machine has, on loopback and free ports."""
