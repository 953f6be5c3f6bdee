"""What one task comes to once answers can be wrong: retries, cascades, checks, review, repair.

Closed forms, of numbers or of arrays of draws alike; ``expected.expected_cost_and_success`` puts
them together for one workload under one action.
"""
