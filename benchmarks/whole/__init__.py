"""Measures a whole morning: from the feeds of the web to mail at a relay.

Next: benchmarks/whole/feed_web.py.
"""
