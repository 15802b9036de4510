import pkgutil

from django.db import migrations, models

from missions import migrations as ours

NEWEST = max(module.name for module in pkgutil.iter_modules(ours.__path__))


class Migration(migrations.Migration):
    dependencies = [("missions", NEWEST)]

    # A default makes SQLite build the table anew, and a changed field as well.
    operations = [
        migrations.AddField("statuschange", "remade", models.CharField(max_length=10, null=True, default="")),
        migrations.AddField("evidence", "remade", models.CharField(max_length=10, null=True, default="")),
        migrations.AddField("mission", "remade", models.CharField(max_length=10, null=True, default="")),
        migrations.AlterField("head", "hash", models.CharField(max_length=65)),
        migrations.AlterField("theme", "name_en", models.CharField(max_length=201)),
    ]
