"""Levers: what the same requests would cost less by, without another model."""
