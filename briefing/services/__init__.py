"""Takes a wish, gives a use case done: build, send, subscribe, schedule. Next: briefing/services/build.py."""
