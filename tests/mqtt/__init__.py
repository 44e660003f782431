"""The MQTT door, against Mosquitto and against the embedded broker."""
