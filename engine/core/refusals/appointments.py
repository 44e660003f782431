"""The refusals of appointments."""
