"""What rating, loading and the peers cost on this machine: `make bench`."""
