"""The kiosk: where visitors take a number."""
