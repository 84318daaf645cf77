"""Takes the sample news, gives speeds beside a peer's in the same run; ratios travel between machines, seconds do not.

Next: benchmarks/__main__.py.
"""
