"""Why a pull cannot go on, each one sentence: what, where, and what to do."""

from ingest.inputs import InputError


class PullError(InputError):
    """Nothing more can be pulled."""


class RefusedError(PullError):
    """One endpoint refuses; others may answer.

    Attributes:
        is_missing: The server does not know the endpoint.
    """

    def __init__(self, sentence: str, *, is_missing: bool) -> None:
        """Take the sentence."""
        super().__init__(sentence)
        self.is_missing = is_missing


class BusyError(Exception):
    """An attempt failed in a way that may pass.

    Attributes:
        wait_s: How long the server asks to wait.
        reached: Somebody answered.
    """

    def __init__(self, what: str, wait_s: float | None = None, *, reached: bool = True) -> None:
        """Take what happened, in words that follow "the server"."""
        super().__init__(what)
        self.wait_s = wait_s
        self.reached = reached
