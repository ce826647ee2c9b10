"""Everything that talks to the world, one folder a service."""
