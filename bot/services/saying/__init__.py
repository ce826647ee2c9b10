"""From what is known to what is said: messages, forms, files and what is proposed while somebody types."""
