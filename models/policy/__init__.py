"""Routing policies: which request would take which model, tier, effort and region.

``load`` reads one, ``sql`` compiles it over the events, ``evaluate`` is the specification in plain
Python that the SQL is held against. No database, no file.
"""
