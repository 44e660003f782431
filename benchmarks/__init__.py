"""Benchmarks: one module per claim, each against a floor or a peer measured in the same run."""
