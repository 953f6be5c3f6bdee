"""Evidence of how well models do and how much they write: published, and the user's own.

Published figures are prior evidence: they are compared only within one harness and effort, and are
never anybody's success rate. Pairs of one's own evaluation come before them.
"""
