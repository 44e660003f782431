"""Closed formulas of queueing theory: what a simulation of simple halls must come to, computed and never copied.

Rates and times may be in any unit as long as it is the same one. A formula that holds only while the windows keep up
with the arrivals raises `ValueError` when they do not.
"""
