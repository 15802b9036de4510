from django.db import migrations
from django.utils import timezone


def make_head(apps, schema_editor):
    apps.get_model("missions", "Head").objects.create(id=1, advanced_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("missions", "0001_initial")]

    operations = [migrations.RunPython(make_head, migrations.RunPython.noop)]
