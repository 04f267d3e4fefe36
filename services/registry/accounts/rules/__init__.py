"""What decides who may come; nothing here asks or changes anything."""
