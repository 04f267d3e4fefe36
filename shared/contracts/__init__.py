"""What services publish to one another: event classes and the policy pack."""
