"""What web pages ask of the engine."""
