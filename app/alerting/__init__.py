"""Alerts of MongoDB's projects: their life, and what they send to whom."""

EXTENSION = "opsemu.alerting"  # the name of the application's Alerting
