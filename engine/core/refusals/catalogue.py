"""The refusals of the catalogue."""
