"""Signing in: who is at a request, what their browser keeps, and the pages where they come in and go out."""
