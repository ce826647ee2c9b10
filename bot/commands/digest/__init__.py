"""When the digest comes and how it looks; those that were, and those that will be."""
