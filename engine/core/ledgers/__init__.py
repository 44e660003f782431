"""What a hall remembers beside tickets and windows, one module a noun: plain data with the questions rules ask of it.

A ledger is changed by the fold alone (`engine.core.fold`). Each has `next_ms`, the moment at which something in it
falls due by itself, and gives plain rows that make an equal ledger again.
"""
