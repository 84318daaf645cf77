"""Takes what must survive, gives it back: SQLAlchemy Core on SQLite or PostgreSQL. Next: briefing/store/schema.py."""
