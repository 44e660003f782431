"""The HTTP door of a hall: API, live feed, pages, credentials."""
