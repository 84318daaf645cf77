"""Takes the sample news and invented news, gives figures beside a peer's in the same run.

Ratios travel between machines, seconds do not. `python -m benchmarks` runs the groups that docs/benchmarks.md tells of;
every module that measures can be run alone.

Next: benchmarks/__main__.py.
"""
