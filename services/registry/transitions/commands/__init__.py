"""What transitions do: to registrations, their notices and deadlines, and what is found of them afterwards."""
