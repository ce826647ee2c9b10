"""What a database knows of how much there is."""

from sqlalchemy import Connection, inspect, text


def take_stock(connection: Connection) -> None:
    """PostgreSQL chooses its ways by it, and learns of many new rows after a minute at the earliest, in some places
    never. SQLite goes the ways that our statements lead it, which need none."""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        tables = ", ".join(map(quote, inspect(connection).get_table_names()))
        connection.execute(text(f"ANALYZE {tables}"))
