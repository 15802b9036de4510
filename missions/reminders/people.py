"""Recipients of each notice."""

from collections.abc import Iterable

from ..models import Mission, Notice, Organisation, Topic, User
from .recipients import Recipients


class People(Recipients):
    def readers(self, notice: Notice) -> list[User]:
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
        return self.editors(mission.lead_owner)[1] or self.coordinators

    def without_editors(self, notices: Iterable[Notice]) -> set[Organisation]:
        """Return lead owners without reachable editors."""
        owners = {notice.mission.lead_owner for notice in notices if notice.topic != Topic.WAITING}
        return {owner for owner in owners if not self.editors(owner)[1]}
