"""Journals: where facts become durable. `sqlite` for a hall, `memory` for tests and simulations, `inspection` to look."""
