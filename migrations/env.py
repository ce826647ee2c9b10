"""How alembic runs our migrations: on the connection that `staffroom migrate` hands over, or, for developers, on the
database that STAFFROOM_DATABASE__URL names."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from adapters.database.engine import address, migration_engine
from adapters.database.index import is_in_metadata
from adapters.database.tables import Base
from adapters.database.types import PlainText, UtcDateTime


def in_plain_types(kind: str, thing: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401 - alembic's own
    """A new migration names SQLAlchemy's types, so that it outlives ours."""
    if kind == "type" and isinstance(thing, PlainText):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=False,
        render_item=in_plain_types,
        include_object=is_in_metadata,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run_on(handed_over)
else:
    with migration_engine(address(os.environ["STAFFROOM_DATABASE__URL"])).begin() as own:
        run_on(own)
