"""Takes invented mornings, gives proof of the mail: what 48 of them pass and fail, and how fast they are set.

Next: benchmarks/email/prose.py.
"""
