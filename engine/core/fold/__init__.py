"""How each fact changes the hall, one module a noun; `Hall.apply` alone calls these functions, and none refuses."""
