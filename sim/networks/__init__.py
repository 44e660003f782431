"""Networks: many halls of a city or a county, written down in one file and simulated together."""
