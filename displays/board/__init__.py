"""The board: the screen that tells a zone who is called."""
