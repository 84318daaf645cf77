"""How soon an edit is on the screen. `python -m benchmarks.preview.edits` measures it on invented articles."""
