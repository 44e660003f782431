"""A device of a hall: what displays and buttons have in common, whatever they show or send."""
