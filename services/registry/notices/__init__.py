"""Public notices (公示): the calendar they run by, and what a decree that changes it does to those that run."""
