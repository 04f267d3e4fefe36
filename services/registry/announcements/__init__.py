"""Announcements (再次告知): what every registration counts as, told once more where a listener lost it."""
