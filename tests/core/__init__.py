"""The rules of a hall, one file per noun."""
