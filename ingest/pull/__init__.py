"""Asks a vendor's administration API for an organisation's usage and saves what it answers.

Knows HTTP and files; what the pages mean is the business of the sources that load them.
"""
