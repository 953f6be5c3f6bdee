"""A customer's own contract: what its usage costs after list prices.

Rates (fixed, or percent off list) make a second rate beside the list's, rounded once. Everything
that depends on a period (volume tiers, provisioned throughput, credits, markups, commitments,
rounding, currency) is a line computed after rating and spread over the usage it belongs to, so
that parts always add up. Only `load` and its neighbours touch a file.
"""
