"""The refusals of a visit around its window: form, paper, items, stages, home visits."""
