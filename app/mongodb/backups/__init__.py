"""Backups of clusters: configurations, snapshots, restore jobs."""
