"""How good a router is, by the measures of the field, and the baselines it must beat.

Two models: ``pair``. Any number of models: ``mixes``. Every measure names what it compares with.
"""
