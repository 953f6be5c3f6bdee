"""Workloads: the user's own labels first, else rules that anybody can read and edit."""
