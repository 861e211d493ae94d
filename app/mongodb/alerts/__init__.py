"""Alert configurations, whom they notify, and the events that were."""
