"""Public price lists: each format is one file in `formats`; all become the same observations."""
