"""One file for each public format: `NAME`, `WHAT`, `HOME`, `recognises` and `listings`."""
