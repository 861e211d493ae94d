"""Real clients' calls, in their order."""
