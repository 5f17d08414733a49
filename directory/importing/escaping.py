"""Cells on their way out: what a spreadsheet would run as a formula is written as text."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escape_formula(cell: str) -> str:
    """Return the cell with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> escape_formula("=HYPERLINK(1)"), escape_formula("Bashan Foods")
    ("'=HYPERLINK(1)", 'Bashan Foods')
    """
    return f"'{cell}" if cell.startswith(_STARTS) or cell.lstrip().startswith(_STARTS) else cell
