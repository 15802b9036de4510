from django.db import models


class Named(models.Model):
    code = models.TextField(primary_key=True)
    name = models.TextField()

    class Meta:
        abstract = True
        managed = False

    def __str__(self):
        return self.name


class Instrument(Named):
    class Meta(Named.Meta):
        db_table = "instruments"


class Owner(Named):
    class Meta(Named.Meta):
        db_table = "owners"


class Theme(Named):
    class Meta(Named.Meta):
        db_table = "themes"


class Mission(models.Model):
    """A row of the flat table that the CSV export was read into."""

    code = models.TextField(primary_key=True)
    instrument = models.ForeignKey(Instrument, models.PROTECT, db_column="instrument")
    status = models.TextField()
    status_since = models.TextField()
    deadline = models.TextField()
    owner = models.ForeignKey(Owner, models.PROTECT, db_column="owner")
    theme = models.ForeignKey(Theme, models.PROTECT, db_column="theme")
    due = models.TextField()
    title_en = models.TextField()
    title_zh = models.TextField()

    class Meta:
        managed = False
        db_table = "missions"

    def __str__(self):
        return self.code
