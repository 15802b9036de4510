"""What this process keeps of a revision, dropped: as another process of the site would be asked."""

from missions.web.page_cache import answers


def forget():
    answers.clear()
