from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Alliances, who belongs to them, who works for them, and what they decide about pairs."""

    name = "alliances"
    label = "alliances"

    def ready(self) -> None:
        """Demand a second factor of alliance staff, and let them review what companies show them."""
        from alliances import permissions
        from directory.importing.rights import register_importer
        from directory.permissions import register_evidence_reader, register_reviewer
        from matchmaking.users.roles import register_trusted_role

        register_trusted_role(permissions.is_alliance_staff)
        register_reviewer(permissions.may_review_publication)
        register_evidence_reader(permissions.may_read_evidence)
        register_importer(permissions.imports_somewhere)
