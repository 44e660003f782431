"""The refusals of ratings."""
