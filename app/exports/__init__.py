"""The exports, one format a file, found by where they lie."""
