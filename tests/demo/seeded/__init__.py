"""The demonstration directory with all its rows, seeded and learned from once for the package; each test undoes what it did.

One process takes them all, or each would train a model of its own.
"""
