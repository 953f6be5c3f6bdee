"""The provider's bill against the logs: every difference with its cause, to the last digit.

``settle.reconcile`` is the entry. Rows in, rows out: no database, no file.
"""
