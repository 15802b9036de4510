"""Accounts that can receive mail: active, with an e-mail address."""

from collections import defaultdict

from ..accounts.models import Membership, Role, User
from ..register.models import Organisation, OrganisationTree


class Recipients:
    def __init__(self):
        self.all: dict[int, User] = {}
        self.coordinators: list[User] = []
        self.tree = OrganisationTree()
        self._organisations: dict[str, Organisation] = {}
        self._editors: dict[str, list[User]] = defaultdict(list)
        held = Membership.objects.filter(user__is_active=True).exclude(user__email="")
        for membership in held.select_related("user", "organisation").order_by("user__username"):
            # One instance for each account: it reads its roles once.
            user = self.all.setdefault(membership.user_id, membership.user)
            if membership.role == Role.COORDINATOR:
                self.coordinators.append(user)
            elif organisation := membership.organisation:
                self._organisations[organisation.code] = organisation
                self._editors[organisation.code].append(user)

    def editors(self, owner: Organisation) -> tuple[Organisation | None, list[User]]:
        """Return the nearest organisation with editors (self or ancestor), and them."""
        code = next((code for code in self.tree.above[owner.code] if code in self._editors), None)
        return (self._organisations[code], self._editors[code]) if code else (None, [])
