"""How the engine names what the directory numbers: companies by their number, needs and products by kind and number."""


def need_key(pk: int) -> str:
    """The engine's name of a need."""
    return f"need:{pk}"


def product_key(pk: int) -> str:
    """The engine's name of a product, which is an offer in matching."""
    return f"product:{pk}"


def key_id(key: str) -> int:
    """The row number in a key such as ``need:7``; the key of a company is its number."""
    return int(key.rpartition(":")[2])
