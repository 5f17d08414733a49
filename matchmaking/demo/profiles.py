"""Companies and the person to call."""

from directory.models import Company, ContactPerson, TermKind, Visibility
from directory.slugs import free_slug, slugify_name, taken_slugs
from directory.translation import CONFIRMED, OUTDATED
from matchmaking.demo.content import Entry, people, words
from matchmaking.demo.numbers import invented_number
from matchmaking.demo.stage import UNPUBLISHED, Stage

PAIRS = {"legal": "legal_name", "short": "short_name", "summary": "summary", "about": "description"}
STATES = {
    "live": Visibility.LIVE,
    "draft": Visibility.DRAFT,
    "submitted": Visibility.DRAFT,
    "suspended": Visibility.SUSPENDED,
    "withdrawn": Visibility.WITHDRAWN,
}
DIALLING_CODES = {"CN": "86 23", "SG": "65", "MY": "60 3", "TH": "66 2", "ID": "62 21", "VN": "84 24"}


def texts(entry: Entry, name: str, column: str) -> dict[str, str]:
    """Return the two columns of a pair."""
    zh, en = entry.get(name, ("", ""))
    return {f"{column}_zh": zh, f"{column}_en": en}


def seed_companies(stage: Stage) -> None:
    """Write companies with sectors and languages, and their contact persons."""
    taken = taken_slugs("")
    for serial, (key, entry) in enumerate(stage.entries.items(), start=1):
        company = _company(stage, entry, serial)
        company.slug = free_slug(slugify_name(company.short_name_en or company.short_name_zh), taken)
        company.website = f"https://www.{company.slug}.example"
        taken.add(company.slug)
        stage.companies[key] = company
        stage.links.add(company, "sectors", stage.terms.many(TermKind.SECTOR, entry["sectors"]))
        stage.links.add(company, "languages", stage.terms.many(TermKind.LANGUAGE, entry["langs"]))
    rows = list(stage.companies.values())
    Company.objects.bulk_create(rows)
    _age(stage, rows)
    ContactPerson.objects.bulk_create(_contacts(stage))
    stage.links.write()
    stage.counts["companies"] = len(rows)


def _company(stage: Stage, entry: Entry, serial: int) -> Company:
    place, *zone = stage.terms.many(TermKind.PLACE, entry["at"])
    scheme, number = invented_number(entry["country"], serial, entry["since"])
    columns = {name: value for pair, column in PAIRS.items() for name, value in texts(entry, pair, column).items()}
    visibility = STATES[entry.get("state", "live")]
    published = UNPUBLISHED if visibility == Visibility.DRAFT else stage.published(stage.chance.randint(5, 600))
    if visibility == Visibility.WITHDRAWN:
        published = {**published, "live": False}
    return Company(
        **columns, **published, country=entry["country"], scheme=scheme, number=number, place=place,
        zone=zone[0] if zone else None, founded=entry["since"], group_name=entry.get("group", ""), is_demo=True,
        size_band=stage.terms.one(TermKind.SIZE_BAND, entry["size"]), visibility=visibility,
        translation_status=_translation_status(columns, entry.get("stale", "")),
    )


def _translation_status(columns: dict[str, str], stale: str) -> dict[str, str]:
    """Everything written was confirmed, apart from the one text that the data file calls stale."""
    name = stale.replace("about", "description")
    return {column: OUTDATED if column == name else CONFIRMED for column, text in columns.items() if text}


def _age(stage: Stage, rows: list[Company]) -> None:
    """Give the rows a past: the database stamped them all with this second."""
    for row in rows:
        row.created_at = row.first_published_at or stage.moment(stage.chance.randint(1, 9))
        row.updated_at = stage.moment(stage.chance.randint(0, 90)) if row.live else row.created_at
        row.updated_at = max(row.updated_at, row.created_at)
    Company.objects.bulk_update(rows, ["created_at", "updated_at"], batch_size=100)


def _contacts(stage: Stage) -> list[ContactPerson]:
    """One fictional person for most companies; numbers with 0000 are given to nobody."""
    names = people()["names"]
    contacts = []
    for place, (key, entry) in enumerate(stage.entries.items()):
        if place % 12 == 11 and entry.get("state") != "submitted":
            continue
        book, company = names[entry["country"]], stage.companies[key]
        family, given = stage.chance.choice(book["family"]), stage.chance.choice(book["given"])
        chinese = entry["country"] == "CN"
        contacts.append(
            ContactPerson(
                company=company,
                name=family + given if chinese else f"{given} {family}",
                position=stage.chance.choice(book["positions"]),
                email=f"contact@{company.slug}.example",
                phone=f"+{DIALLING_CODES[entry['country']]} 0000 {place:04d}",
                wechat=f"demo_{key.replace('-', '_')}" if "zh" in words(entry["langs"]) else "",
            )
        )
    return contacts
