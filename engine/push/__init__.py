"""What is told to other authorities' systems: an outbox over the journal, sent until it is taken."""
