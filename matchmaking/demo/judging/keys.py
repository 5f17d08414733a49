"""Rows of the demonstration directory by the keys and places of its data files."""

from directory.models import Company, Need, Product
from matchmaking.demo.content import companies
from matchmaking.demo.numbers import invented_number


class Keys:
    """Companies by key, found by their invented registration numbers: addresses may differ from site to site."""

    def __init__(self) -> None:
        rows = {(row.scheme, row.number): row for row in Company.objects.filter(is_demo=True)}
        self._entries = {entry["key"]: entry for entry in companies()}
        numbers = {
            key: invented_number(entry["country"], serial, entry["since"])
            for serial, (key, entry) in enumerate(self._entries.items(), start=1)
        }
        self._companies = {key: rows[number] for key, number in numbers.items() if number in rows}
        self._names = {row.pk: key for key, row in self._companies.items()}

    def __len__(self) -> int:
        return len(self._companies)

    def company(self, key: str) -> Company:
        """The row of a company. Raises LookupError where there is none."""
        if key not in self._companies:
            raise LookupError(f"{key!r} is no company of the demonstration directory")
        return self._companies[key]

    def name(self, company_id: int) -> str:
        """The key of a row; its number where it is not of the demonstration."""
        return self._names.get(company_id, str(company_id))

    def item(self, key: str, kind: str, place: int) -> Need | Product:
        """The row of a need or product of a company, by its place in the data file. Raises LookupError."""
        company = self.company(key)
        listed = self._entries[key].get(f"{kind}s", [])
        if place >= len(listed):
            raise LookupError(f"{key} has no {kind} {place}")
        model, name = (Need, "title") if kind == "need" else (Product, "name")
        zh, en = listed[place][name]
        found = model._default_manager.filter(company=company, **{f"{name}_zh": zh, f"{name}_en": en})
        row: Need | Product | None = found.order_by("pk").first()
        if row is None:
            raise LookupError(f"{kind} {place} of {key} is no longer in the database as the demonstration wrote it")
        return row
