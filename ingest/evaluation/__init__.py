"""The user's own evaluations: a file of results in, rows of the table ``evaluation`` out."""
