"""Takes what must survive, gives it back: SQLAlchemy Core on SQLite or PostgreSQL, one file per noun.

Next: briefing/store/schema.py.
"""
