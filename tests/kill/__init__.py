"""SIGKILL at every commit and every network call of the flow, then a new start, then a look at what is there."""
