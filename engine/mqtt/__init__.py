"""The MQTT door of a hall: a broker, what is told through it, and what is asked through it."""

from engine.mqtt.broker import Broker, BrokerFailed
from engine.mqtt.devices import register_device, remove_device, wait_until_loaded
from engine.mqtt.door import run_mqtt
from engine.mqtt.presence import Presence

__all__ = [
    "Broker",
    "BrokerFailed",
    "Presence",
    "register_device",
    "remove_device",
    "run_mqtt",
    "wait_until_loaded",
]
