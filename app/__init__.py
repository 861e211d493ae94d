"""An emulator of the third-party integration APIs of MongoDB Ops Manager."""

__version__ = "0.1.0"
