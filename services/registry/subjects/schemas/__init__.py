"""What is said of people, organisations and posts over HTTP."""
