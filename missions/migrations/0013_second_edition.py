import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.core.management import CommandError
from django.db import migrations, models


def second_person(apps, schema_editor):
    """What a second reader read was everything."""
    apps.get_model("missions", "Instrument").objects.filter(second_reader=True).update(second_person="everything")


def second_reader(apps, schema_editor):
    apps.get_model("missions", "Instrument").objects.filter(second_person="everything").update(second_reader=True)


def keep_what_was_said(apps, schema_editor):
    """Lines of the ledger with keys that an older release does not know would lose them, and their hashes."""
    said = apps.get_model("missions", "StatusChange").objects.exclude(decided_by="", reported_by=None)
    if said.exists():
        raise CommandError(
            "Entries of the ledger say who decided or who reported, which an older release cannot hold. "
            "To go back, restore a backup from before the update: “manage.py restore FILE”."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0012_erasure'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contradiction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('key', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('text_en', models.TextField(max_length=2000, verbose_name='text (English)')),
                ('text_zh', models.TextField(max_length=2000, verbose_name='text (Chinese)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'contradiction',
                'verbose_name_plural': 'contradictions',
                'ordering': ['position', 'key'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalContradiction',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('text_en', models.TextField(max_length=2000, verbose_name='text (English)')),
                ('text_zh', models.TextField(max_length=2000, verbose_name='text (Chinese)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical contradiction',
                'verbose_name_plural': 'historical contradictions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProgramme',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('short_name_en', models.CharField(max_length=60, verbose_name='short name (English)')),
                ('short_name_zh', models.CharField(max_length=60, verbose_name='short name (Chinese)')),
                ('about_en', models.TextField(max_length=2000, verbose_name='about it (English)')),
                ('about_zh', models.TextField(max_length=2000, verbose_name='about it (Chinese)')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical programme',
                'verbose_name_plural': 'historical programmes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProgrammeDay',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('label_en', models.CharField(max_length=200, verbose_name='label (English)')),
                ('label_zh', models.CharField(max_length=200, verbose_name='label (Chinese)')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical day of the programme',
                'verbose_name_plural': 'historical days of the programme',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LoadedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('loaded', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('key', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('short_name_en', models.CharField(max_length=60, verbose_name='short name (English)')),
                ('short_name_zh', models.CharField(max_length=60, verbose_name='short name (Chinese)')),
                ('about_en', models.TextField(max_length=2000, verbose_name='about it (English)')),
                ('about_zh', models.TextField(max_length=2000, verbose_name='about it (Chinese)')),
            ],
            options={
                'verbose_name': 'programme',
                'verbose_name_plural': 'programmes',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('date', models.DateField(verbose_name='day')),
                ('label_en', models.CharField(max_length=200, verbose_name='label (English)')),
                ('label_zh', models.CharField(max_length=200, verbose_name='label (Chinese)')),
            ],
            options={
                'verbose_name': 'day of the programme',
                'verbose_name_plural': 'days of the programme',
                'ordering': ['date', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='area',
            name='area_zone_known',
        ),
        migrations.AddField(
            model_name='area',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='missions.area', verbose_name='area above'),
        ),
        migrations.AddField(
            model_name='area',
            name='province_or_city_zh',
            field=models.CharField(blank=True, max_length=200, verbose_name='province or city (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalarea',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.area', verbose_name='area above'),
        ),
        migrations.AddField(
            model_name='historicalarea',
            name='province_or_city_zh',
            field=models.CharField(blank=True, max_length=200, verbose_name='province or city (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalinstrument',
            name='notes_zh',
            field=models.TextField(blank=True, max_length=5000, verbose_name='notes (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalinstrument',
            name='second_person',
            field=models.CharField(choices=[('none', 'For nothing'), ('dates', 'For due dates'), ('everything', 'For everything')], default='dates', help_text='What another coordinator publishes than the one who submitted it.', max_length=10, verbose_name='second person'),
        ),
        migrations.AddField(
            model_name='historicalmission',
            name='clause_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='clause (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalreportedfigure',
            name='unit_zh',
            field=models.CharField(blank=True, max_length=50, verbose_name='unit (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='form',
            field=models.CharField(blank=True, choices=[('original', 'original'), ('copy', 'copy'), ('summary', 'summary'), ('translation', 'translation')], max_length=20, verbose_name='form'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='publisher_zh',
            field=models.CharField(blank=True, max_length=300, verbose_name='publisher (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='seen_at',
            field=models.CharField(blank=True, help_text='Where a copy was read that is not shown to the public.', max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='seen at'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='title_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='title (Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalsubmission',
            name='decided_by',
            field=models.CharField(blank=True, max_length=200, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalsubmission',
            name='reported_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='reported by'),
        ),
        migrations.AddField(
            model_name='instrument',
            name='notes_zh',
            field=models.TextField(blank=True, max_length=5000, verbose_name='notes (Chinese)'),
        ),
        migrations.AddField(
            model_name='instrument',
            name='second_person',
            field=models.CharField(choices=[('none', 'For nothing'), ('dates', 'For due dates'), ('everything', 'For everything')], default='dates', help_text='What another coordinator publishes than the one who submitted it.', max_length=10, verbose_name='second person'),
        ),
        migrations.RunPython(second_person, second_reader),
        migrations.RemoveField(
            model_name='historicalinstrument',
            name='second_reader',
        ),
        migrations.RemoveField(
            model_name='instrument',
            name='second_reader',
        ),
        migrations.AddField(
            model_name='mission',
            name='clause_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='clause (Chinese)'),
        ),
        migrations.AddField(
            model_name='mission',
            name='due_first',
            field=models.DateField(editable=False, null=True, verbose_name='first due date'),
        ),
        migrations.AddField(
            model_name='mission',
            name='due_moves',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='times the due date was moved'),
        ),
        migrations.AddField(
            model_name='reportedfigure',
            name='unit_zh',
            field=models.CharField(blank=True, max_length=50, verbose_name='unit (Chinese)'),
        ),
        migrations.AddField(
            model_name='source',
            name='form',
            field=models.CharField(blank=True, choices=[('original', 'original'), ('copy', 'copy'), ('summary', 'summary'), ('translation', 'translation')], max_length=20, verbose_name='form'),
        ),
        migrations.AddField(
            model_name='source',
            name='publisher_zh',
            field=models.CharField(blank=True, max_length=300, verbose_name='publisher (Chinese)'),
        ),
        migrations.AddField(
            model_name='source',
            name='seen_at',
            field=models.CharField(blank=True, help_text='Where a copy was read that is not shown to the public.', max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='seen at'),
        ),
        migrations.AddField(
            model_name='source',
            name='title_zh',
            field=models.CharField(blank=True, max_length=500, verbose_name='title (Chinese)'),
        ),
        migrations.AddField(
            model_name='statuschange',
            name='decided_by',
            field=models.CharField(blank=True, max_length=200, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='statuschange',
            name='reported_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='missions.organisation', verbose_name='reported by'),
        ),
        migrations.AddField(
            model_name='stretch',
            name='due_first',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='stretch',
            name='due_moves',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='submission',
            name='decided_by',
            field=models.CharField(blank=True, max_length=200, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='submission',
            name='reported_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='missions.organisation', verbose_name='reported by'),
        ),
        migrations.AlterField(
            model_name='area',
            name='zone',
            field=models.CharField(blank=True, choices=[('hub-wide', 'Hub-wide'), ('core', 'Core'), ('northern belt', 'Northern belt'), ('southern belt', 'Southern belt')], help_text='Empty for an area that only groups those below it.', max_length=20, verbose_name='zone'),
        ),
        migrations.AlterField(
            model_name='historicalarea',
            name='zone',
            field=models.CharField(blank=True, choices=[('hub-wide', 'Hub-wide'), ('core', 'Core'), ('northern belt', 'Northern belt'), ('southern belt', 'Southern belt')], help_text='Empty for an area that only groups those below it.', max_length=20, verbose_name='zone'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('zone__in', ['', 'hub-wide', 'core', 'northern belt', 'southern belt'])), name='area_zone_known'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='area_not_above_itself'),
        ),
        migrations.AddConstraint(
            model_name='instrument',
            constraint=models.CheckConstraint(condition=models.Q(('second_person__in', ['none', 'dates', 'everything'])), name='instrument_second_person_known'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['', 'original', 'copy', 'summary', 'translation'])), name='source_form_known'),
        ),
        migrations.AddConstraint(
            model_name='contradiction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_zh', ''), _negated=True)), name='contradiction_text_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddField(
            model_name='historicalcontradiction',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalprogramme',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalprogrammeday',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalprogrammeday',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='loadedevent',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='loaded_event', to='missions.statuschange'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_zh', ''), _negated=True)), name='programme_name_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('short_name_en', ''), _negated=True), models.Q(('short_name_zh', ''), _negated=True)), name='programme_short_name_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_en', ''), _negated=True), models.Q(('about_zh', ''), _negated=True)), name='programme_about_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddField(
            model_name='programmeday',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='missions.source', verbose_name='source'),
        ),
        migrations.AddConstraint(
            model_name='programmeday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('label_en', ''), _negated=True), models.Q(('label_zh', ''), _negated=True)), name='day_label_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='programmeday',
            constraint=models.UniqueConstraint(fields=('date', 'source'), name='day_once_a_source'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', ''), ('sets_due', True), _connector='OR'), name='change_decided_by_if_it_sets_due'),
        ),
        migrations.RunPython(migrations.RunPython.noop, keep_what_was_said),
    ]
