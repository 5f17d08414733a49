"""Profiles → short dense vectors: words counted once, both languages in one space, folded to some hundred dimensions.

``words`` counts, ``concepts`` brings Chinese and English words into common columns, ``svd`` finds the directions that
keep most of them.
"""
