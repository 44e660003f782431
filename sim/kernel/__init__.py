"""The exact world's compiled twin: a hall as arrays, and loops over a day's visitors that call `engine.core.calling`."""
