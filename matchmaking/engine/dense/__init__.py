"""Exact matching of many profiles by dense vectors: blocked products, running bounds, both sides from one pass.

A profile is two vectors, what it needs and what it offers. ``matching.reciprocal_top_k`` gives every profile of two
sides its best counterparts; ``live.LiveLists`` keeps such lists right while profiles change, one at a time. All lists
are exact: equal to those of a comparison of every pair, whatever the order, the bounds or the number of workers.
"""
