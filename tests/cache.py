"""The page cache of this process: emptied, as another process would be asked, and its queries counted."""

from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.web import page_cache


def forget():
    page_cache.answers.clear()


class AllQueries(CaptureQueriesContext):
    """Counts also the reads of the revision, which pass Django's cursor by."""

    def __init__(self):
        super().__init__(connection)
        self.revision = patch.object(page_cache, "moment", wraps=page_cache.moment)

    def __enter__(self):
        self.reads = self.revision.start()
        return super().__enter__()

    def __exit__(self, *exception):
        self.revision.stop()
        super().__exit__(*exception)

    def __len__(self):
        return super().__len__() + self.reads.call_count
