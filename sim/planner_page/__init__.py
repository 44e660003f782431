"""The plan as one page that opens offline: what to staff and why, what if, and a day to look at."""
