"""Alerts of MongoDB's projects: their life, and what they send to whom."""
