"""Takes config.yaml, gives a `Config` or an error with line and column. Next: briefing/config/load.py."""
