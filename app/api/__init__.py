"""What every emulated API shares, in the order in which a request passes through it."""
