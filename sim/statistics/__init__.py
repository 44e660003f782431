"""What many days of a scenario say: figures with intervals, when it is enough of them, comparisons, and tables."""
