"""Measures how stories are found and filed: on a real morning, and on many invented headlines."""
