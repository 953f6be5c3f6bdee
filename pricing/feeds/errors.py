"""What can be wrong with a price list of somebody else's."""


class FeedError(Exception):
    """A price list cannot be used; one sentence says which, why and what to do."""
