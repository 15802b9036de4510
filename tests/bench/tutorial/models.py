from django.db import models


class Mission(models.Model):
    """A row of the flat table that the CSV export was read into."""

    code = models.TextField(primary_key=True)
    instrument = models.TextField()
    status = models.TextField()
    status_since = models.TextField()
    deadline = models.TextField()
    owner = models.TextField()
    theme = models.TextField()
    due = models.TextField()
    title_en = models.TextField()
    title_zh = models.TextField()

    class Meta:
        managed = False
        db_table = "missions"

    def __str__(self):
        return self.code
