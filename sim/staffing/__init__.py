"""How many windows a hall needs at which half hour, and who sits there."""
