"""Takes a person's wish on a terminal, gives a service call and words. Next: briefing/wiring.py."""
