"""Takes invented feeds, gives how fast they are read.

Next: benchmarks/collect/feeds.py.
"""
