"""Should a workload move from one model to another, and on which conditions?"""
