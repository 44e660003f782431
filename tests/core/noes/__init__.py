"""How the refusals of each noun are met: `CASES` of what came before, and of the order that meets the no."""
