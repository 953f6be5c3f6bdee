"""Pages of the dashboard, one a file, each with a ``render``."""
