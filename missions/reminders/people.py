"""To whom each thing is said."""

from collections.abc import Iterable

from ..models import Mission, Notice, Organisation, Topic, User
from .recipients import Reachable


class People(Reachable):
    """Those who can be reached, and what of it concerns them."""

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
        return self.editors(mission.lead_owner)[1] or self.coordinators

    def without_editors(self, notices: Iterable[Notice]) -> set[Organisation]:
        """The lead owners at which nobody can be reached, so that coordinators are told what editors have to do."""
        owners = {notice.mission.lead_owner for notice in notices if notice.topic != Topic.WAITING}
        return {owner for owner in owners if not self.editors(owner)[1]}
