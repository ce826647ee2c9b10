"""Invented posts as a source: everything can be tried before anybody pays X, through the same parser."""
