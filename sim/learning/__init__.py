"""Learn a scenario from what happened in a hall: fits, how good they are, and a page to look at."""
