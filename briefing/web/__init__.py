"""Takes a request, gives a page: the local preview and the readers' links. Next: briefing/web/preview.py."""
