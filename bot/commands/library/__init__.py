"""Saving, finding, describing and taking out what is in the library."""
