"""The phone page: what a visitor carries away from the kiosk."""
