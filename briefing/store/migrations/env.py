"""Takes the open connection of `open_database`, gives it to Alembic, which runs the missing migrations on it.

Next: briefing/store/migrations/versions/0001_first_tables.py.
"""

from alembic import context

from briefing.store.source_tables import metadata

# render_as_batch: SQLite cannot alter most of a column, so Alembic copies the table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
