"""What holds on every day, for every order of events."""
