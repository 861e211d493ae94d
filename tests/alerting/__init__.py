"""Alerts and what they send."""
