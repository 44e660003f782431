"""The refusals of cases."""
