"""The web page in a real browser; `make page` installs what it takes and runs it."""
