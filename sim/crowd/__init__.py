"""Simulated visitors and clerks in a running hall, through the doors that real ones use: HTTP, live feed, MQTT."""
