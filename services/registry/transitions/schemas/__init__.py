"""What transitions, notices, announcements and aftercare say over HTTP."""
