"""Frozen versions: their folder, what each changed, what a new one must keep, and what announces them."""
