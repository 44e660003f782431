"""Reports: every figure against a count made another way."""
