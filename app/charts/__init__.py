"""Charts: a frame in, a figure and the finding it shows out. One chart a file."""
