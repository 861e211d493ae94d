"""What a Prometheus server asks of a project: its targets, and the metrics of its processes."""
