"""The refusals of warnings."""
