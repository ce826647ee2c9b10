"""The local web page as a chat platform, with the library beside it."""
