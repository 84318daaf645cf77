"""Takes what a morning costs on this machine, gives what ten million readers would need: docs/scale.md.

Next: benchmarks/scale/articles.py.
"""
