"""How much of a profile is filled in, in points that a reviewer asks for."""

from directory.models import Company


def completeness(company: Company) -> tuple[int, int]:
    """Return ``(points reached, points there are)``; a supplier's products count as much as a provider's offers."""
    points = [
        bool(company.legal_name_zh),
        bool(company.legal_name_en),
        bool(company.number),
        company.place_id is not None,
        company.founded is not None,
        company.size_band_id is not None,
        bool(company.website),
        bool(company.summary_zh),
        bool(company.summary_en),
        bool(company.description_zh),
        bool(company.description_en),
        bool(company.sectors.all()),
        bool(company.languages.all()),
        bool(company.offers.all()) or bool(company.products.all()),
    ]
    return sum(points), len(points)
