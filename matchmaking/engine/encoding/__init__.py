"""Texts → sentence vectors, behind one small interface.

``encoder`` says what an encoder promises and holds it to that; ``choice`` picks the one of a setting: ``english``,
which runs the ``transformer`` of an installed package, or ``multilingual``, a model of an operator. Both read their
``files`` once and texts in ``batches``; ``cache`` keeps what they said by the content of the text.
"""
