"""One's own digest, names, whom a department learns from, and what is kept about people."""
