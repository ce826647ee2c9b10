"""The library's pages: looking for things, one thing, its tags and notes, past digests, and what one does there."""
