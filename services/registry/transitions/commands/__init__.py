"""What moves registrations."""
