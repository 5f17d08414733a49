"""Profiles → short dense vectors: words counted once, both languages in one space, folded to 128 dimensions.

``words`` counts, ``concepts`` brings Chinese and English words into common columns, ``long_rows`` adds codes, sizes and
sectors, ``bilinear`` finds the short vectors whose products lose least of the scores (by ``svd``), ``fold`` puts these
together, and ``pools`` names for each firm those that the full score should look at.
"""
