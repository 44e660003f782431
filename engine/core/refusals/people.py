"""The refusals of the people who work in the hall."""
