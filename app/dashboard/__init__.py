"""The dashboard's frame: what is read, filtered and said on every page."""
