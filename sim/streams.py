"""Chance: one stream of random numbers per attribute of a visit, all from one seed."""

from dataclasses import dataclass

from numpy.random import Generator, SeedSequence, default_rng


@dataclass(frozen=True, slots=True)
class Streams:
    """The generators from which a day is drawn."""

    level: Generator
    arrivals: Generator
    services: Generator
    lanes: Generator
    durations: Generator
    patience: Generator
    absence: Generator
    channels: Generator
    conduct: Generator

    @classmethod
    def apart(cls, seed: int, day: int) -> "Streams":
        """Independent streams: a change in one attribute, or in how many come, moves no other attribute's draws."""
        return cls(*(default_rng(SeedSequence(seed, spawn_key=(day, stream))) for stream in range(9)))

    @classmethod
    def in_turn(cls, seed: int, day: int) -> "Streams":
        """One generator from which the attributes are drawn in turn; for day 0 it is `default_rng(seed)`."""
        generator = default_rng(SeedSequence(seed, spawn_key=(day,)) if day else seed)
        return cls(*[generator] * 9)
