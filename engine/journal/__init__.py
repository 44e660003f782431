"""Journals: where facts become durable. `sqlite` for a hall, `memory` for tests, `inspection` to look back."""
