"""Mapping files: any table of usage, described in a few lines of YAML and read as a source."""
