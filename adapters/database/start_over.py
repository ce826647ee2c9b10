"""Nothing is kept any more."""

import glob
from pathlib import Path

from adapters.database.lock import lock


def start_over(database: Path) -> None:
    """Deletes that file and what belongs to it, and nothing else that may lie beside them. Raises StoreLocked where it
    is in use."""
    if database.exists():
        with lock(f"sqlite:///{database}"):
            for file in (database, *database.parent.glob(f"{glob.escape(database.name)}[-.]*")):
                if not file.name.endswith(".lock"):
                    file.unlink(missing_ok=True)
