"""Takes sources, gives articles: feeds, pages, saved files and dumps. Next: briefing/collect/folder.py."""
