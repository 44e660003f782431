"""The plan as one page that opens offline: what to staff and why, what if, and a day to look at."""

from sim.planner_page.page import page_of, render

__all__ = ["page_of", "render"]
