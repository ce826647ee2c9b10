"""The one way to read what somebody linked to: from public addresses only, a little at a time, and never for long."""

from adapters.fetch.documents import GuardedDocuments
from adapters.fetch.guard import Reach

__all__ = ["GuardedDocuments", "Reach"]
