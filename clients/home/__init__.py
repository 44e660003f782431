"""The front page: what this hall is and where its pages are."""
