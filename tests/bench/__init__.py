"""What opsemu costs beside what one would pick instead: `python -m tests.bench`."""
