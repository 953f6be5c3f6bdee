"""Log sources: one format each."""
