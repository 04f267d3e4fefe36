"""Opening follow-ups, acting on them, carrying them up the ladder, and signing by a link."""
