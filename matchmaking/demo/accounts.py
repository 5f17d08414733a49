"""The people of the demonstration: those who log in, and an owner for every company that was claimed."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from alliances.models import Alliance, AllianceStaff
from directory.models import CompanyMember, MemberRole
from matchmaking.demo.content import alliance_decisions, companies, people
from matchmaking.demo.stage import Stage
from matchmaking.users.models import User

# Owners of other companies; the domain is reserved, so no mail can reach anybody.
OWNER_DOMAIN = "owners.demo.example"


def owner_email(key: str) -> str:
    """Return the address of the owner of a company that nobody is shown to log in as."""
    return f"{key}@{OWNER_DOMAIN}"


def demo_users() -> QuerySet[User]:
    """Return the demonstration people by their exact addresses, nobody else."""
    emails = [person["email"] for person in people()["person"]]
    return User.objects.filter(email__in=emails + [owner_email(entry["key"]) for entry in companies()])


def create_people(stage: Stage) -> None:
    """Write the users; one hash serves all, since the password is public."""
    book = people()
    password = make_password(book["password"])
    shown = [
        User(
            email=person["email"], full_name=person["name"], language=person["language"], password=password,
            is_staff=person.get("platform", False), is_superuser=person.get("platform", False),
        )
        for person in book["person"]
    ]
    taken = {person["owns"] for person in book["person"] if "owns" in person}
    silent = {key: _owner(stage, key, password) for key in stage.entries if key not in taken | _unclaimed()}
    users = User.objects.bulk_create([*shown, *silent.values()])
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    )
    stage.owners = silent
    for person, user in zip(book["person"], shown, strict=True):
        if "owns" in person:
            stage.owners[person["owns"]] = user
        if "desk" in person:
            stage.staff[person["desk"], person["rank"]] = user
    stage.counts["people"] = len(users)


def link_people(stage: Stage) -> None:
    """Make owners members of their companies and staff members of their desks."""
    alliances = {alliance.code: alliance for alliance in Alliance.objects.all()}
    CompanyMember.objects.bulk_create(
        [
            CompanyMember(company=stage.companies[key], user=user, role=MemberRole.OWNER)
            for key, user in stage.owners.items()
        ]
    )
    AllianceStaff.objects.bulk_create(
        [
            AllianceStaff(alliance=alliances[code], user=user, role=rank)
            for (code, rank), user in stage.staff.items()
        ]
    )


def _unclaimed() -> set[str]:
    """Companies that a secretariat pre-loaded and invited wait for their owner."""
    return {row["company"] for row in alliance_decisions()["membership"] if row["state"] == "invited"}


def _owner(stage: Stage, key: str, password: str) -> User:
    company = stage.companies[key]
    contact = getattr(company, "contact_person", None)
    language = "zh-hans" if company.country == "CN" else "en"
    return User(email=owner_email(key), full_name=contact.name if contact else "", language=language, password=password)
