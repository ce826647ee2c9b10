"""several notes a person: each has an id, and the history says which one it is about

The key of `item_note` changes, and with it the form of notes that wait in an import. No release has written either.
"""

import json
from datetime import UTC, datetime
from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_ONE_PERSON = ("workspace_id", "item_id", "person_id")


def upgrade() -> None:
    op.add_column("item_note", sa.Column("id", sa.Text(), nullable=True))
    op.add_column("item_note", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    give_every_note_an_id()
    with op.batch_alter_table("item_note") as item_note:
        item_note.alter_column("id", existing_type=sa.Text(), nullable=False)
        item_note.drop_constraint("pk_item_note", type_="primary")
        item_note.create_primary_key("pk_item_note", ["workspace_id", "item_id", "id"])
    op.add_column("item_change", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    say_which_note_it_was()
    op.add_column("imported_item", sa.Column("notes", sa.Text(), nullable=False, server_default="[]"))
    say_which_notes_were_imported()
    op.drop_column("imported_item", "note")
    turn_waiting_rows_over()


def give_every_note_an_id() -> None:
    note = table("item_note", *OF_ONE_PERSON, "id")
    connection = op.get_bind()
    for key in connection.execute(sa.select(*(note.c[name] for name in OF_ONE_PERSON))).all():
        this = (note.c[name] == value for name, value in zip(OF_ONE_PERSON, key, strict=True))
        connection.execute(sa.update(note).where(*this).values(id=token_hex(8)))


def say_which_note_it_was() -> None:
    """Everybody had one note about an item: what the history says of an earlier one that was deleted says nothing."""
    note = table("item_note", *OF_ONE_PERSON, "id")
    change = table("item_change", "workspace_id", "item_id", "whose", "note")
    theirs = (
        note.c.workspace_id == change.c.workspace_id,
        note.c.item_id == change.c.item_id,
        note.c.person_id == change.c.whose,
    )
    its_id = sa.select(note.c.id).where(*theirs).scalar_subquery()
    op.execute(sa.update(change).where(sa.exists().where(*theirs)).values(note=its_id))


def say_which_notes_were_imported() -> None:
    """Those that still say what they said when they came."""
    note = table("item_note", *OF_ONE_PERSON, "id", "text")
    brought = table("imported_item", "workspace_id", "import_id", "item_id", "note", "notes")
    of_file = table("import", "workspace_id", "id", "person_id")
    asked = (
        sa.select(brought.c.workspace_id, brought.c.import_id, brought.c.item_id, note.c.id)
        .join(of_file, sa.and_(of_file.c.workspace_id == brought.c.workspace_id, of_file.c.id == brought.c.import_id))
        .join(
            note,
            sa.and_(
                note.c.workspace_id == brought.c.workspace_id,
                note.c.item_id == brought.c.item_id,
                note.c.person_id == of_file.c.person_id,
                note.c.text == brought.c.note,
            ),
        )
    )
    connection = op.get_bind()
    for row in connection.execute(asked).all():
        this = (
            brought.c.workspace_id == row.workspace_id,
            brought.c.import_id == row.import_id,
            brought.c.item_id == row.item_id,
        )
        connection.execute(sa.update(brought).where(*this).values(notes=json.dumps([row.id])))


def turn_waiting_rows_over() -> None:
    """Of files that are shown or being brought in: those with a note. One of no known day is as old as the import."""
    waiting = table("import_row", "workspace_id", "import_id", "number", "row")
    asked_at = sa.column("asked_at", sa.DateTime(timezone=True))
    of_file = sa.table("import", sa.column("workspace_id"), sa.column("id"), asked_at)
    theirs = sa.and_(of_file.c.workspace_id == waiting.c.workspace_id, of_file.c.id == waiting.c.import_id)
    noted = sa.select(waiting, of_file.c.asked_at).join(of_file, theirs).where(waiting.c.row.not_like('%"note":""%'))
    connection = op.get_bind()
    for row in connection.execute(noted).all():
        this = (
            waiting.c.workspace_id == row.workspace_id,
            waiting.c.import_id == row.import_id,
            waiting.c.number == row.number,
        )
        connection.execute(sa.update(waiting).where(*this).values(row=with_several_notes(row.row, row.asked_at)))


def with_several_notes(row: str, asked_at: datetime) -> str:
    said = json.loads(row)
    text, at = said.pop("note", ""), said.pop("noted_at", None) or said.get("saved_at")
    known = at or (asked_at if asked_at.tzinfo else asked_at.replace(tzinfo=UTC)).isoformat()
    return json.dumps(said | {"notes": [{"text": text, "at": known}] if text else []})


def table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(each) for each in columns))
