"""The refusals of drawing a number."""
