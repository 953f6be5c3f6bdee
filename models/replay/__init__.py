"""Replay: logged traffic under other choices of model, tier, effort and region."""
