"""The command line, `opsemu …`."""
