"""${message}

Rules for a migration:

- It never imports the application: the application changes, this file does not. Plain `sa.` types only.
- It fits the previous release, which may still be running on PostgreSQL: first expand (new tables, new columns that may
  be empty), and contract (drop, rename, forbid empty) one release later, when nobody uses the old form any more.
- On SQLite a table is changed by `op.batch_alter_table`, which makes it anew and drops its triggers: create them again
  here, and name every constraint as the metadata's convention does.
- No long locks: on PostgreSQL build an index on a large table with `postgresql_concurrently=True` in a migration of its
  own, and fill a new column in portions, not in one statement.
- It goes upward only. Going back is restoring the backup that `staffroom migrate` made.
- A test in tests/adapters/test_migrations.py upgrades a database with rows in it over this version.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
