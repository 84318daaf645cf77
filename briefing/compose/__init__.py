"""Takes articles, gives an edition: pure stages, values in, values out. Next: briefing/compose/summarise.py."""
