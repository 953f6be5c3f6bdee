"""The most correct answers for a budget, and the least cost for a quality.

Segments of alike requests choose among options with a cost and a quality each: a multiple-choice
knapsack. ``budget`` solves it with convex hulls alone; ``constrained`` asks a solver, and only
where shares, calls or qualities are limited besides the budget.
"""
