"""Measures how fast sources are read.

Next: benchmarks/collect/morning_web.py.
"""
