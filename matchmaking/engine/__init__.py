"""The recommender: pure Python over numpy, scipy and scikit-learn. It knows no web framework and no database.

To read it in order: ``profiles`` (what goes in and comes out), ``text`` and ``lexicon`` (words of both languages),
``bridge`` (texts against texts), ``encoding`` and ``meaning`` (sentence vectors), ``features`` and ``weights``
(profiles as arrays), ``eligibility``, ``scoring`` and ``reciprocity`` (one pair), ``pairing`` and ``counterparts``
(many), ``allocation`` and ``variety`` (lists), ``explain`` and ``results`` (reasons), ``recommender`` (all of it behind
one class), ``persistence`` (on disk). ``folding`` and ``dense`` are for directories where not every pair can be scored.
"""
