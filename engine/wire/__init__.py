"""The contract between machines: topics, messages, records and files; no sockets."""
