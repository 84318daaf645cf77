"""Fits and measures the ranking of summaries."""
