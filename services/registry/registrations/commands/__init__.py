"""What is done to registrations by whoever posts them."""
