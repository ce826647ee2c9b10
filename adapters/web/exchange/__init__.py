"""Out of the library and into it: downloads, feeds, and files that people bring."""
