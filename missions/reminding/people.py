"""Who is written to: active accounts with an e-mail address."""

from collections import defaultdict

from ..models import Membership, Mission, Notice, Role, Topic, User
from ..models.register import OrganisationTree


class People:
    """Those who can be reached, read once, with their places in the tree of organisations."""

    def __init__(self):
        self.all: dict[int, User] = {}
        self.coordinators: list[User] = []
        self.editors: dict[str, list[User]] = defaultdict(list)
        self.above = OrganisationTree().above
        held = Membership.objects.filter(user__is_active=True).exclude(user__email="")
        for membership in held.select_related("user", "organisation"):
            # One instance for each account: it reads its roles once.
            user = self.all.setdefault(membership.user_id, membership.user)
            if membership.role == Role.COORDINATOR:
                self.coordinators.append(user)
            elif membership.organisation:
                self.editors[membership.organisation.code].append(user)

    def readers(self, notice: Notice) -> list[User]:
        """To whom this is to be said; nobody, where nobody can be reached."""
        if notice.step is None:
            return self._of(notice.mission)
        submission = notice.step.submission
        if notice.topic == Topic.WAITING:
            return [user for user in self.coordinators if user.has_perm("missions.publish_submission", submission)]
        author = self.all.get(submission.author_id)
        if author and author.has_perm("missions.draft_submission", submission):
            return [author]
        return self._of(notice.mission)

    def _of(self, mission: Mission) -> list[User]:
        """The editors of the lead owner, or else of the nearest organisation above that has some; or coordinators."""
        line = self.above[mission.lead_owner.code]
        return next((self.editors[code] for code in line if code in self.editors), self.coordinators)
