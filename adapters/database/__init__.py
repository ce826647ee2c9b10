"""Where everything is kept: SQLite by default, PostgreSQL when asked.

What the composition root uses; nothing of it is imported before it is needed:

    store.open_store(url, clock)      the store; enter it with `async with`. `.inbox(wake)`, `.room(wake)` and
                                      `.vault()` share it
    migrate.migrate(url)              makes or upgrades the tables, after a backup on SQLite; returns what was done
    migrate.pending(url)              what `migrate` would do, as one word: fresh, current, outdated, future
    lock.lock(url)                    holds the database for this process while the block runs (SQLite only)
    backup.back_up(url, file, now)    a copy of it in one file; restoring.restoring(url, file, now) brings it back
    start_over.start_over(file)       deletes a SQLite file and what belongs to it

A URL is `sqlite:///path/to/file.db` or `postgresql://user:password@host/name`.
"""
