"""The MQTT door of a hall: a broker, what is told through it, and what is asked through it.

`door.run_mqtt` is the whole of it; `devices` is what the command line needs. Nothing is imported here, so that the
embedded broker and the command line start quickly.
"""
