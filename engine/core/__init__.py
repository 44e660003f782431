"""The hall as a pure state machine: commands in, facts out; no clock, no I/O, no chance."""
