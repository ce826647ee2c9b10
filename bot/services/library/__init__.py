"""What is in the library, how it came there, and what may be done with it."""
