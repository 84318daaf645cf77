"""Takes what was seen of one part of the house, gives findings: ok, warning, broken or skipped, each with its cure.

Next: briefing/services/checks/household.py.
"""
