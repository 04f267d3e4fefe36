"""Monthly reports (报送): whom quota has heard of, who said that there was nothing, and who said nothing at all."""
