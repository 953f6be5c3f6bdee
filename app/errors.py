"""Errors a user can cause, each one sentence: what, where, and what to do."""


class UserError(Exception):
    """Something the user can put right. Shown on stderr without a traceback; exit code 2."""


class CheckFailedError(Exception):
    """The command did its work, and a check the user asked for failed; exit code 1."""
