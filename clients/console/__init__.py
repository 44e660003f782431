"""The console: the page at which a clerk works a window."""
