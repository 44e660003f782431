"""The core and the model agree, whatever they are told."""

from tests.properties.machine import HallMachine

TestHall = HallMachine.TestCase
