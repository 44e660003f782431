"""What the journal says of a day, a month or a year, in figures: a tally of facts, and the forms it is written in."""
