"""What a decision, a split and a pack must satisfy, and what they change."""
