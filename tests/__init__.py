"""How we know: tests that read as the rules of a hall."""
