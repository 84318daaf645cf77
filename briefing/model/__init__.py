"""Takes nothing, gives the nouns of the house as frozen values. Standard library only, no clock, no I/O.

article → story → edition is the way of a text; source, settings, subscriber and delivery are what surrounds it.

Next: briefing/model/article.py.
"""
