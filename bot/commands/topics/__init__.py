"""What a channel follows, what it keeps out, and what reading that costs."""
