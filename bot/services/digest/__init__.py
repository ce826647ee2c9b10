"""When a digest comes, what it would show, and why not."""
