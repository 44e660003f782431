"""What the journal says of a day or a month, in figures: tallies of facts, and the forms they are written in."""
