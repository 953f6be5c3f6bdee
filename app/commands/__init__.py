"""The commands of the command line, one a file, found by where they lie."""
