"""What-ifs: stored usage in short, and what it costs under a policy."""
