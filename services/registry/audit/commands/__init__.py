"""What leaves a trace."""
