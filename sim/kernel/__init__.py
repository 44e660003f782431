"""The exact world compiled: a hall as arrays, and loops over the visitors of a day that call `engine.core.calling`."""
