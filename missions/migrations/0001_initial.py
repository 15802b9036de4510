import datetime
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import missions.text
import missions.workflow.evidence_files
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# Pairs of characters as numbers, which have no collation. GIN keeps each pair once, however often it occurs.
BIGRAMS = """
CREATE OR REPLACE FUNCTION hub_bigrams(text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(ascii(one)::bigint << 21 | ascii(next))
    FROM (SELECT string_to_array($1, NULL) AS characters) AS split, unnest(characters, characters[2:]) AS pair(one, next)
    WHERE next IS NOT NULL
$$
"""
# In the site's time zone, as the page asks for it. Under another time zone the page sorts without the index.
DAY = (
    "CASE WHEN kind = 'correction'"
    f" THEN (recorded_at AT TIME ZONE '{settings.TIME_ZONE}')::date ELSE effective_on END"
)
ON_POSTGRESQL = [
    BIGRAMS,
    "CREATE INDEX missions_by_words ON missions_mission USING gin (hub_bigrams(search_text))",
    # With statistics, the planner would read the whole table for a word that nearly every mission has, and compute
    # the pairs of each again, which takes a hundred times as long. Without, it takes any word to be rare.
    "ALTER INDEX missions_by_words ALTER COLUMN 1 SET STATISTICS 0",
    # SQLite has this order by the unique index.
    'CREATE INDEX missions_by_code ON missions_mission (code COLLATE "C")',
    # SQLite has no such function of its own.
    f"CREATE INDEX changes_by_day ON missions_statuschange (({DAY}), id)",
    # SQLite sorts 100,000 missions in a tenth of a second.
    "CREATE INDEX missions_by_due ON missions_mission (due)",
    "CREATE INDEX missions_by_due_last_first ON missions_mission (due DESC NULLS LAST)",
    "CREATE INDEX missions_by_change ON missions_mission (status_since)",
]


def index_for_postgresql(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # Those for LIKE 'abc%', which no query asks of a hash, take a quarter of the ledger's size.
        deferred = schema_editor.deferred_sql
        schema_editor.deferred_sql = [each for each in deferred if "hash_" not in str(each) or "_like" not in str(each)]
        for statement in ON_POSTGRESQL:
            schema_editor.execute(statement)


def create_head(apps, schema_editor):
    apps.get_model("missions", "Head").objects.create(id=1, advanced_at=timezone.now())


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='user name')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(choices=[('en', 'English'), ('zh-hans', '简体中文')], default='zh-hans', max_length=10, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='must choose a new password')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='personal data erased at')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['username'],
                'constraints': [models.CheckConstraint(condition=models.Q(('language__in', ['en', 'zh-hans'])), name='user_language_known'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('email', ''), ('is_active', False), ('name', '')), _connector='OR'), name='user_erased_is_nobody')],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('province_or_city', models.CharField(blank=True, max_length=200, verbose_name='province or city (English)')),
                ('province_or_city_zh', models.CharField(blank=True, max_length=200, verbose_name='province or city (Chinese)')),
                ('zone', models.CharField(blank=True, choices=[('hub-wide', 'Hub-wide'), ('core', 'Core'), ('northern belt', 'Northern belt'), ('southern belt', 'Southern belt')], help_text='Empty for an area that only groups those below it.', max_length=20, verbose_name='zone')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='missions.area', verbose_name='area above')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ['position', 'code'],
            },
        ),
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
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_zh', ''), _negated=True)), name='contradiction_text_both_languages', violation_error_message='Both languages are needed.')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('content', models.FileField(upload_to=missions.workflow.evidence_files.random_name, verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='file name')),
                ('media_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/png', 'PNG'), ('image/jpeg', 'JPEG'), ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'DOCX'), ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'XLSX')], max_length=100, verbose_name='type')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded at')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'evidence file',
                'verbose_name_plural': 'evidence files',
            },
        ),
        migrations.CreateModel(
            name='FrozenReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='address')),
                ('title_en', models.CharField(max_length=300, verbose_name='title (English)')),
                ('title_zh', models.CharField(max_length=300, verbose_name='title (Chinese)')),
                ('query', models.TextField(verbose_name='query')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('known_at', models.DateField(blank=True, null=True, verbose_name='as recorded by')),
                ('count', models.PositiveIntegerField(verbose_name='records')),
                ('revision', models.PositiveBigIntegerField(verbose_name='revision')),
                ('advanced_at', models.DateTimeField(verbose_name='revision last advanced at')),
                ('ledger_head', models.CharField(max_length=64, verbose_name='ledger head')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published at')),
                ('reason_en', models.CharField(blank=True, max_length=300, verbose_name='reason (English)')),
                ('reason_zh', models.CharField(blank=True, max_length=300, verbose_name='reason (Chinese)')),
                ('seal', models.CharField(max_length=64, unique=True, verbose_name='seal')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
                ('supersedes', models.OneToOneField(blank=True, error_messages={'unique': 'This report has a corrected edition already: correct that one.'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='missions.frozenreport', verbose_name='supersedes')),
            ],
            options={
                'verbose_name': 'frozen report',
                'verbose_name_plural': 'frozen reports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='FrozenFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('language', models.CharField(max_length=4, verbose_name='language')),
                ('media_type', models.CharField(max_length=100, verbose_name='media type')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256')),
                ('content', models.BinaryField(verbose_name='content')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='missions.frozenreport', to_field='slug', verbose_name='frozen report')),
            ],
            options={
                'verbose_name': 'file of a frozen report',
                'verbose_name_plural': 'files of frozen reports',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.PositiveBigIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('revision', models.PositiveBigIntegerField(default=0)),
                ('advanced_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='head_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalArea',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('province_or_city', models.CharField(blank=True, max_length=200, verbose_name='province or city (English)')),
                ('province_or_city_zh', models.CharField(blank=True, max_length=200, verbose_name='province or city (Chinese)')),
                ('zone', models.CharField(blank=True, choices=[('hub-wide', 'Hub-wide'), ('core', 'Core'), ('northern belt', 'Northern belt'), ('southern belt', 'Southern belt')], help_text='Empty for an area that only groups those below it.', max_length=20, verbose_name='zone')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.area', verbose_name='area above')),
            ],
            options={
                'verbose_name': 'historical area',
                'verbose_name_plural': 'historical areas',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
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
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
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
            name='HistoricalInstrument',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('title_en', models.CharField(max_length=300, verbose_name='title (English)')),
                ('title_zh', models.CharField(max_length=300, verbose_name='title (Chinese)')),
                ('issuer_en', models.CharField(max_length=300, verbose_name='issuer (English)')),
                ('issuer_zh', models.CharField(max_length=300, verbose_name='issuer (Chinese)')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='date of issue')),
                ('official_total', models.PositiveIntegerField(blank=True, null=True, verbose_name='official number of missions')),
                ('citation', models.CharField(blank=True, max_length=1000, verbose_name='address or citation')),
                ('notes', models.TextField(blank=True, max_length=5000, verbose_name='notes (English)')),
                ('notes_zh', models.TextField(blank=True, max_length=5000, verbose_name='notes (Chinese)')),
                ('second_person', models.CharField(choices=[('none', 'For nothing'), ('dates', 'For due dates'), ('everything', 'For everything')], default='dates', help_text='What another coordinator publishes than the one who submitted it.', max_length=10, verbose_name='second person')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical instrument',
                'verbose_name_plural': 'historical instruments',
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
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
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
            name='HistoricalSource',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('title_zh', models.CharField(blank=True, max_length=500, verbose_name='title (Chinese)')),
                ('publisher', models.CharField(max_length=300, verbose_name='publisher')),
                ('publisher_zh', models.CharField(blank=True, max_length=300, verbose_name='publisher (Chinese)')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('form', models.CharField(blank=True, choices=[('original', 'original'), ('copy', 'copy'), ('summary', 'summary'), ('translation', 'translation')], max_length=20, verbose_name='form')),
                ('url', models.CharField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('seen_at', models.CharField(blank=True, help_text='Where a copy was read that is not shown to the public.', max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='seen at')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical source',
                'verbose_name_plural': 'historical sources',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTheme',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical theme',
                'verbose_name_plural': 'historical themes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('username', models.CharField(db_index=True, max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='user name')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='must choose a new password')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='personal data erased at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical user',
                'verbose_name_plural': 'historical users',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('return', 'Return form'), ('register', 'Register')], max_length=20, verbose_name='content')),
                ('name', models.CharField(max_length=255, verbose_name='file name')),
                ('content', models.BinaryField(verbose_name='file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('state', models.CharField(choices=[('waiting', 'Not confirmed'), ('done', 'Carried out'), ('dropped', 'Dropped')], default='waiting', max_length=20, verbose_name='import state')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('title_en', models.CharField(max_length=300, verbose_name='title (English)')),
                ('title_zh', models.CharField(max_length=300, verbose_name='title (Chinese)')),
                ('issuer_en', models.CharField(max_length=300, verbose_name='issuer (English)')),
                ('issuer_zh', models.CharField(max_length=300, verbose_name='issuer (Chinese)')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='date of issue')),
                ('official_total', models.PositiveIntegerField(blank=True, null=True, verbose_name='official number of missions')),
                ('citation', models.CharField(blank=True, max_length=1000, verbose_name='address or citation')),
                ('notes', models.TextField(blank=True, max_length=5000, verbose_name='notes (English)')),
                ('notes_zh', models.TextField(blank=True, max_length=5000, verbose_name='notes (Chinese)')),
                ('second_person', models.CharField(choices=[('none', 'For nothing'), ('dates', 'For due dates'), ('everything', 'For everything')], default='dates', help_text='What another coordinator publishes than the one who submitted it.', max_length=10, verbose_name='second person')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'instrument',
                'verbose_name_plural': 'instruments',
                'ordering': ['position', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_zh', ''), _negated=True)), name='instrument_title_both_languages', violation_error_message='Both languages are needed.'), models.CheckConstraint(condition=models.Q(models.Q(('issuer_en', ''), _negated=True), models.Q(('issuer_zh', ''), _negated=True)), name='instrument_issuer_both_languages', violation_error_message='Both languages are needed.'), models.CheckConstraint(condition=models.Q(('second_person__in', ['none', 'dates', 'everything'])), name='instrument_second_person_known'), models.CheckConstraint(condition=models.Q(('issued_on__isnull', True), ('issued_on__range', (datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))), _connector='OR'), name='instrument_issued_on_in_range')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReportedFigure',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('indicator_en', models.CharField(max_length=300, verbose_name='indicator (English)')),
                ('indicator_zh', models.CharField(max_length=300, verbose_name='indicator (Chinese)')),
                ('value', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='value')),
                ('unit', models.CharField(max_length=50, verbose_name='unit (English)')),
                ('unit_zh', models.CharField(blank=True, max_length=50, verbose_name='unit (Chinese)')),
                ('measure', models.CharField(blank=True, choices=[('total', 'total'), ('in_place', 'put in place'), ('completed', 'completed')], max_length=20, verbose_name='measure')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: the hub as a whole.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.instrument', verbose_name='instrument')),
            ],
            options={
                'verbose_name': 'historical reported figure',
                'verbose_name_plural': 'historical reported figures',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMission',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('number', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('kind', models.CharField(choices=[('policy', 'Policy'), ('platform', 'Platform'), ('project', 'Project'), ('other', 'Other')], max_length=20, verbose_name='kind')),
                ('title_en', models.CharField(max_length=300, verbose_name='title (English)')),
                ('title_zh', models.CharField(max_length=300, verbose_name='title (Chinese)')),
                ('description_en', models.TextField(blank=True, max_length=5000, verbose_name='description (English)')),
                ('description_zh', models.TextField(blank=True, max_length=5000, verbose_name='description (Chinese)')),
                ('clause', models.CharField(blank=True, max_length=500, verbose_name='clause (English)')),
                ('clause_zh', models.CharField(blank=True, max_length=500, verbose_name='clause (Chinese)')),
                ('provenance', models.CharField(choices=[('official', 'Official text and number'), ('editorial-split', 'Our reading of the source'), ('unpublished', 'Text not published'), ('not-obtained', 'Text published, not obtained')], max_length=20, verbose_name='origin of the text')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.instrument', verbose_name='instrument')),
            ],
            options={
                'verbose_name': 'historical mission',
                'verbose_name_plural': 'historical missions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Mission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('number', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('kind', models.CharField(choices=[('policy', 'Policy'), ('platform', 'Platform'), ('project', 'Project'), ('other', 'Other')], max_length=20, verbose_name='kind')),
                ('title_en', models.CharField(max_length=300, verbose_name='title (English)')),
                ('title_zh', models.CharField(max_length=300, verbose_name='title (Chinese)')),
                ('description_en', models.TextField(blank=True, max_length=5000, verbose_name='description (English)')),
                ('description_zh', models.TextField(blank=True, max_length=5000, verbose_name='description (Chinese)')),
                ('clause', models.CharField(blank=True, max_length=500, verbose_name='clause (English)')),
                ('clause_zh', models.CharField(blank=True, max_length=500, verbose_name='clause (Chinese)')),
                ('provenance', models.CharField(choices=[('official', 'Official text and number'), ('editorial-split', 'Our reading of the source'), ('unpublished', 'Text not published'), ('not-obtained', 'Text published, not obtained')], max_length=20, verbose_name='origin of the text')),
                ('status', models.CharField(choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], editable=False, max_length=20, null=True, verbose_name='status')),
                ('status_since', models.DateField(editable=False, null=True, verbose_name='status since')),
                ('due', models.DateField(editable=False, null=True, verbose_name='due date')),
                ('due_first', models.DateField(editable=False, null=True, verbose_name='first due date')),
                ('due_moves', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='times the due date was moved')),
                ('search_text', models.TextField(editable=False)),
                ('areas', models.ManyToManyField(blank=True, related_name='missions', to='missions.area', verbose_name='areas')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='missions', to='missions.instrument', verbose_name='instrument')),
                ('replaces', models.ManyToManyField(editable=False, related_name='replaced_by', to='missions.mission', verbose_name='takes the place of')),
            ],
            options={
                'verbose_name': 'mission',
                'verbose_name_plural': 'missions',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalMission_areas',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('area', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.area')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='missions.historicalmission')),
                ('mission', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.mission')),
            ],
            options={
                'verbose_name': 'HistoricalMission_areas',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('level', models.CharField(choices=[('national', 'National'), ('provincial', 'Provincial'), ('municipal', 'Municipal'), ('district', 'District'), ('agency', 'Agency'), ('bank', 'Bank'), ('enterprise', 'Enterprise')], max_length=20, verbose_name='level')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='missions.organisation', verbose_name='organisation above')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.AddField(
            model_name='mission',
            name='lead_owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_missions', to='missions.organisation', verbose_name='lead owner'),
        ),
        migrations.AddField(
            model_name='mission',
            name='supporting_owners',
            field=models.ManyToManyField(blank=True, related_name='supported_missions', to='missions.organisation', verbose_name='supporting owners'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'Editor'), ('auditor', 'Auditor'), ('coordinator', 'Coordinator'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='missions.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.CreateModel(
            name='HistoricalToken',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'Editor'), ('auditor', 'Auditor'), ('coordinator', 'Coordinator'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('name', models.CharField(max_length=100, verbose_name='system')),
                ('scope', models.CharField(choices=[('draft', 'Save drafts'), ('submit', 'Save drafts and submit them')], max_length=20, verbose_name='scope')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='issued at')),
                ('expires_on', models.DateField(verbose_name='last date')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'historical access token',
                'verbose_name_plural': 'historical access tokens',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMission_supporting_owners',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='missions.historicalmission')),
                ('mission', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.mission')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation')),
            ],
            options={
                'verbose_name': 'HistoricalMission_supporting_owners',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='historicalmission',
            name='lead_owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='lead owner'),
        ),
        migrations.CreateModel(
            name='HistoricalMembership',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'Editor'), ('auditor', 'Auditor'), ('coordinator', 'Coordinator'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'historical membership',
                'verbose_name_plural': 'historical memberships',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
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
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_zh', ''), _negated=True)), name='programme_name_both_languages', violation_error_message='Both languages are needed.'), models.CheckConstraint(condition=models.Q(models.Q(('short_name_en', ''), _negated=True), models.Q(('short_name_zh', ''), _negated=True)), name='programme_short_name_both_languages', violation_error_message='Both languages are needed.'), models.CheckConstraint(condition=models.Q(models.Q(('about_en', ''), _negated=True), models.Q(('about_zh', ''), _negated=True)), name='programme_about_both_languages', violation_error_message='Both languages are needed.')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='date')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['-day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ReportedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('as_of', models.DateField(verbose_name='as of')),
                ('indicator_en', models.CharField(max_length=300, verbose_name='indicator (English)')),
                ('indicator_zh', models.CharField(max_length=300, verbose_name='indicator (Chinese)')),
                ('value', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='value')),
                ('unit', models.CharField(max_length=50, verbose_name='unit (English)')),
                ('unit_zh', models.CharField(blank=True, max_length=50, verbose_name='unit (Chinese)')),
                ('measure', models.CharField(blank=True, choices=[('total', 'total'), ('in_place', 'put in place'), ('completed', 'completed')], max_length=20, verbose_name='measure')),
                ('covers', models.ManyToManyField(blank=True, related_name='+', to='missions.instrument', verbose_name='covers')),
                ('instrument', models.ForeignKey(blank=True, help_text='Empty: the hub as a whole.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='missions.instrument', verbose_name='instrument')),
            ],
            options={
                'verbose_name': 'reported figure',
                'verbose_name_plural': 'reported figures',
                'ordering': ['as_of', 'id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReportedFigure_covers',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='missions.historicalreportedfigure')),
                ('instrument', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.instrument')),
                ('reportedfigure', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.reportedfigure')),
            ],
            options={
                'verbose_name': 'HistoricalReportedFigure_covers',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('key', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='key')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('title_zh', models.CharField(blank=True, max_length=500, verbose_name='title (Chinese)')),
                ('publisher', models.CharField(max_length=300, verbose_name='publisher')),
                ('publisher_zh', models.CharField(blank=True, max_length=300, verbose_name='publisher (Chinese)')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('form', models.CharField(blank=True, choices=[('original', 'original'), ('copy', 'copy'), ('summary', 'summary'), ('translation', 'translation')], max_length=20, verbose_name='form')),
                ('url', models.CharField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('seen_at', models.CharField(blank=True, help_text='Where a copy was read that is not shown to the public.', max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='seen at')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ['key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('url', ''), ('url__startswith', 'http://'), ('url__startswith', 'https://'), _connector='OR'), name='source_url_is_web'), models.CheckConstraint(condition=models.Q(('form__in', ['', 'original', 'copy', 'summary', 'translation'])), name='source_form_known')],
            },
        ),
        migrations.AddField(
            model_name='reportedfigure',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='missions.source', verbose_name='source'),
        ),
        migrations.CreateModel(
            name='ProgrammeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('date', models.DateField(verbose_name='date')),
                ('label_en', models.CharField(max_length=200, verbose_name='label (English)')),
                ('label_zh', models.CharField(max_length=200, verbose_name='label (Chinese)')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='missions.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'date of the programme',
                'verbose_name_plural': 'dates of the programme',
                'ordering': ['date', 'id'],
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='source',
            field=models.ForeignKey(blank=True, help_text='Empty: no source names this body; it is listed by its remit.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='missions.source', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='mission',
            name='sources',
            field=models.ManyToManyField(blank=True, related_name='missions', to='missions.source', verbose_name='sources'),
        ),
        migrations.AddField(
            model_name='historicalreportedfigure',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source', verbose_name='source'),
        ),
        migrations.CreateModel(
            name='HistoricalProgrammeDay',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('label_en', models.CharField(max_length=200, verbose_name='label (English)')),
                ('label_zh', models.CharField(max_length=200, verbose_name='label (Chinese)')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical date of the programme',
                'verbose_name_plural': 'historical dates of the programme',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalOrganisation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('level', models.CharField(choices=[('national', 'National'), ('provincial', 'Provincial'), ('municipal', 'Municipal'), ('district', 'District'), ('agency', 'Agency'), ('bank', 'Bank'), ('enterprise', 'Enterprise')], max_length=20, verbose_name='level')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='organisation above')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: no source names this body; it is listed by its remit.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical organisation',
                'verbose_name_plural': 'historical organisations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMission_sources',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='missions.historicalmission')),
                ('mission', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.mission')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source')),
            ],
            options={
                'verbose_name': 'HistoricalMission_sources',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('opening', 'Opening'), ('report', 'Report'), ('deadline', 'New due date'), ('correction', 'Correction')], default='report', max_length=20, verbose_name='kind')),
                ('status', models.CharField(choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20, verbose_name='status')),
                ('previous', models.CharField(blank=True, choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20, null=True, verbose_name='status before')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('effective_on', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31))], verbose_name='effective on')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('basis', models.CharField(choices=[('document', 'Public document'), ('owner', "Owner's statement"), ('collective', 'Joint statement only')], max_length=20, verbose_name='basis')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('headline_en', models.CharField(blank=True, max_length=300, verbose_name='headline (English)')),
                ('headline_zh', models.CharField(blank=True, max_length=300, verbose_name='headline (Chinese)')),
                ('prev_hash', models.CharField(max_length=64, unique=True)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('sets_status', models.BooleanField()),
                ('sets_due', models.BooleanField()),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='missions.statuschange', verbose_name='corrects')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='missions.mission', verbose_name='mission')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='missions.organisation', verbose_name='reported by')),
            ],
            options={
                'verbose_name': 'status change',
                'verbose_name_plural': 'status changes',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LoadedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('loaded', models.JSONField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='loaded_event', to='missions.statuschange')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalSubmission',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opening', 'Opening'), ('report', 'Report'), ('deadline', 'New due date'), ('correction', 'Correction')], max_length=20, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('returned', 'Returned'), ('taken_back', 'Taken back')], default='draft', max_length=20, verbose_name='state')),
                ('status', models.CharField(blank=True, choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20, verbose_name='status')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='effective on')),
                ('basis', models.CharField(blank=True, choices=[('document', 'Public document'), ('owner', "Owner's statement"), ('collective', 'Joint statement only')], max_length=20, verbose_name='basis')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('headline_en', models.CharField(blank=True, max_length=300, verbose_name='headline (English)')),
                ('headline_zh', models.CharField(blank=True, max_length=300, verbose_name='headline (Chinese)')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note to the reviewer')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mission', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.mission', verbose_name='mission')),
                ('reported_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.organisation', verbose_name='reported by')),
                ('corrects', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.statuschange', verbose_name='corrects')),
                ('entry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.statuschange', verbose_name='entry')),
            ],
            options={
                'verbose_name': 'historical submission',
                'verbose_name_plural': 'historical submissions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('publisher', models.CharField(blank=True, max_length=300, verbose_name='publisher')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('url', models.CharField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('event_on', models.DateField(blank=True, help_text='The date that the source reports on.', null=True, verbose_name='date of the event')),
                ('is_public', models.BooleanField(default=True, verbose_name='public')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='missions.evidencefile', verbose_name='file')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='missions.source', verbose_name='source')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='missions.statuschange', verbose_name='status change')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StatusPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('until', models.DateField()),
                ('status', models.CharField(choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('since', models.DateField()),
                ('due', models.DateField(null=True)),
                ('due_first', models.DateField(null=True)),
                ('due_moves', models.PositiveSmallIntegerField(default=0)),
                ('mission', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='missions.mission')),
            ],
            options={
                'verbose_name': 'status period',
                'verbose_name_plural': 'status periods',
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('taken_back', 'Taken back'), ('returned', 'Returned'), ('published', 'Published')], max_length=20, verbose_name='state')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('returned', 'Returned'), ('overdue', 'Overdue'), ('due', 'Due soon'), ('stale', 'Nothing new'), ('waiting', 'Waiting for review')], max_length=20, verbose_name='topic')),
                ('stage', models.PositiveIntegerField(default=0, verbose_name='stage')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='missions.mission', verbose_name='mission')),
                ('reminder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='missions.reminder', verbose_name='reminder')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='missions.statuschange', verbose_name='newest entry')),
                ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='missions.step', verbose_name='step')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('opening', 'Opening'), ('report', 'Report'), ('deadline', 'New due date'), ('correction', 'Correction')], max_length=20, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('returned', 'Returned'), ('taken_back', 'Taken back')], default='draft', max_length=20, verbose_name='state')),
                ('status', models.CharField(blank=True, choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20, verbose_name='status')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='effective on')),
                ('basis', models.CharField(blank=True, choices=[('document', 'Public document'), ('owner', "Owner's statement"), ('collective', 'Joint statement only')], max_length=20, verbose_name='basis')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('headline_en', models.CharField(blank=True, max_length=300, verbose_name='headline (English)')),
                ('headline_zh', models.CharField(blank=True, max_length=300, verbose_name='headline (Chinese)')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note to the reviewer')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections_submitted', to='missions.statuschange', verbose_name='corrects')),
                ('entry', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submission', to='missions.statuschange', verbose_name='entry')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='missions.mission', verbose_name='mission')),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='missions.organisation', verbose_name='reported by')),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='step',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='missions.submission', verbose_name='submission'),
        ),
        migrations.CreateModel(
            name='HistoricalSubmittedEvidence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('publisher', models.CharField(blank=True, max_length=300, verbose_name='publisher')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('url', models.CharField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('event_on', models.DateField(blank=True, help_text='The date that the source reports on.', null=True, verbose_name='date of the event')),
                ('is_public', models.BooleanField(default=True, verbose_name='public')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('file', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.evidencefile', verbose_name='file')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.source', verbose_name='source')),
                ('submission', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.submission', verbose_name='submission')),
            ],
            options={
                'verbose_name': 'historical submitted evidence',
                'verbose_name_plural': 'historical submitted evidence',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='SubmittedEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('publisher', models.CharField(blank=True, max_length=300, verbose_name='publisher')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('url', models.CharField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address')),
                ('event_on', models.DateField(blank=True, help_text='The date that the source reports on.', null=True, verbose_name='date of the event')),
                ('is_public', models.BooleanField(default=True, verbose_name='public')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='missions.evidencefile', verbose_name='file')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s', to='missions.source', verbose_name='source')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='missions.submission', verbose_name='submission')),
            ],
            options={
                'verbose_name': 'submitted evidence',
                'verbose_name_plural': 'submitted evidence',
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded', models.JSONField(editable=False, null=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'A code begins with a letter or a digit; letters, digits, - _ . may follow.')], verbose_name='code')),
                ('name_en', models.CharField(max_length=200, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=200, verbose_name='name (Chinese)')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['position', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_zh', ''), _negated=True)), name='theme_name_both_languages', violation_error_message='Both languages are needed.')],
            },
        ),
        migrations.AddField(
            model_name='mission',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='missions', to='missions.theme', verbose_name='theme'),
        ),
        migrations.AddField(
            model_name='historicalmission',
            name='theme',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='missions.theme', verbose_name='theme'),
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'Editor'), ('auditor', 'Auditor'), ('coordinator', 'Coordinator'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('name', models.CharField(max_length=100, verbose_name='system')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='SHA-256')),
                ('scope', models.CharField(choices=[('draft', 'Save drafts'), ('submit', 'Save drafts and submit them')], max_length=20, verbose_name='scope')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='issued at')),
                ('expires_on', models.DateField(verbose_name='last date')),
                ('last_used_on', models.DateField(blank=True, null=True, verbose_name='last used on')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('membership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tokens', to='missions.membership', verbose_name='membership')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='missions.organisation', verbose_name='organisation')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'access token',
                'verbose_name_plural': 'access tokens',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery', to='missions.submission', verbose_name='submission')),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='missions.token', verbose_name='access token')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_zh', ''), _negated=True)), name='area_name_both_languages', violation_error_message='Both languages are needed.'),
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
            model_name='evidencefile',
            constraint=models.CheckConstraint(condition=models.Q(('media_type__in', ['application/pdf', 'image/png', 'image/jpeg', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'])), name='file_media_type_known'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_zh', ''), _negated=True)), name='frozen_report_title_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('supersedes', models.F('id')), _negated=True), _connector='OR'), name='frozen_report_supersedes_another'),
        ),
        migrations.AddConstraint(
            model_name='frozenreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason_en', ''), ('reason_zh', ''), ('supersedes__isnull', True)), models.Q(('supersedes__isnull', False), models.Q(('reason_en', ''), _negated=True), models.Q(('reason_zh', ''), _negated=True)), _connector='OR'), name='frozen_report_supersedes_with_reason', violation_error_message='Say in both languages why a new edition was needed.'),
        ),
        migrations.AddConstraint(
            model_name='frozenfile',
            constraint=models.UniqueConstraint(fields=('report', 'name'), name='frozen_file_name_once_a_report'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['return', 'register'])), name='import_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'dropped'])), name='import_state_known'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='import_decided_at_unless_waiting'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['editor', 'auditor', 'coordinator', 'administrator'])), name='membership_role_known'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'editor')), models.Q(models.Q(('role', 'editor'), _negated=True), ('organisation__isnull', True)), _connector='OR'), name='membership_editor_has_organisation', violation_error_message='An editor needs an organisation; the other roles have none.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'role', 'organisation'), name='membership_once_an_organisation'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('user', 'role'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('user', 'day'), name='reminder_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('indicator_en', ''), _negated=True), models.Q(('indicator_zh', ''), _negated=True)), name='figure_indicator_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('measure__in', ['', 'total', 'in_place', 'completed'])), name='figure_measure_known'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.UniqueConstraint(fields=('as_of', 'instrument', 'indicator_en', 'source'), name='figure_once_an_instrument'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.UniqueConstraint(condition=models.Q(('instrument__isnull', True)), fields=('as_of', 'indicator_en', 'source'), name='figure_once'),
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
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_zh', ''), _negated=True)), name='organisation_name_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['national', 'provincial', 'municipal', 'district', 'agency', 'bank', 'enterprise'])), name='organisation_level_known'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='organisation_not_above_itself'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(fields=['mission', 'effective_on', 'id'], name='standing_by_mission'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(fields=['recorded_at', 'id'], name='changes_by_recording'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'report', 'deadline', 'correction'])), name='change_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn'])), name='change_status_known'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['document', 'owner', 'collective'])), name='change_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'opening'), ('previous__isnull', True)), models.Q(models.Q(('kind', 'opening'), _negated=True), ('previous__in', ['unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn']), ('previous__isnull', False)), _connector='OR'), name='change_previous_unless_opening'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='change_corrects_if_correction'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'opening'), ('sets_due', True), ('sets_status', True), ('status', 'unreported')), models.Q(('kind', 'report'), ('sets_due', False), ('sets_status', True), models.Q(('status', 'unreported'), _negated=True)), models.Q(('kind', 'deadline'), ('sets_due', True), ('sets_status', False), ('status', models.F('previous'))), models.Q(('kind', 'correction'), models.Q(('sets_status', True), ('sets_due', True), _connector='OR')), _connector='OR'), name='change_kind_says_what_it_sets'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('sets_due', True), ('due__isnull', True), _connector='OR'), name='change_due_if_it_sets_due'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'opening'), models.Q(models.Q(('headline_en', ''), _negated=True), models.Q(('headline_zh', ''), _negated=True)), _connector='OR'), name='change_headline_both_languages'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', ''), ('sets_due', True), _connector='OR'), name='change_decided_by_if_it_sets_due'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('effective_on__range', (datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))), models.Q(('due__isnull', True), ('due__range', (datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))), _connector='OR')), name='change_days_in_range'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'opening')), fields=('mission',), name='change_one_opening_a_mission'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='evidence_has_title'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), ('url__startswith', 'http://'), ('url__startswith', 'https://'), _connector='OR'), name='evidence_url_is_web'),
        ),
        migrations.AddConstraint(
            model_name='statusperiod',
            constraint=models.UniqueConstraint(fields=('mission', 'first_day'), name='period_once_a_first_day'),
        ),
        migrations.AddConstraint(
            model_name='statusperiod',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lt', models.F('until'))), name='period_has_days'),
        ),
        migrations.AddConstraint(
            model_name='statusperiod',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn'])), name='period_status_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due__isnull', False), ('entry', None), ('step', None), ('topic__in', ['due', 'overdue'])), models.Q(('due', None), ('entry__isnull', False), ('step', None), ('topic', 'stale')), models.Q(('due', None), ('entry', None), ('stage', 0), ('step__isnull', False), ('topic__in', ['returned', 'waiting'])), _connector='OR'), name='notice_topic_known_and_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('step', None)), fields=('reminder', 'mission', 'topic'), name='notice_of_mission_once_a_reminder'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('step__isnull', False)), fields=('reminder', 'step'), name='notice_of_step_once_a_reminder'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'mission'], name='submission_by_state'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'report', 'deadline', 'correction'])), name='submission_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'published', 'returned', 'taken_back'])), name='submission_state_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn'])), name='submission_status_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['', 'document', 'owner', 'collective'])), name='submission_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('entry__isnull', True)), _connector='OR'), name='submission_published_has_entry'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='submission_corrects_if_correction'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'taken_back', 'returned', 'published'])), name='step_state_known'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='step_return_has_reason'),
        ),
        migrations.AddIndex(
            model_name='mission',
            index=models.Index(missions.text.ByCodePoint('title_en'), missions.text.ByCodePoint('code'), name='missions_by_title_en'),
        ),
        migrations.AddIndex(
            model_name='mission',
            index=models.Index(missions.text.ByCodePoint('title_zh'), missions.text.ByCodePoint('code'), name='missions_by_title_zh'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.UniqueConstraint(models.F('instrument'), models.F('number'), models.Case(models.When(provenance='official', then=models.Value(1)), default=models.Value(0)), name='mission_number_once_in_its_numbering', violation_error_message='A mission of this instrument with this number is there already.'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_zh', ''), _negated=True)), name='mission_title_both_languages', violation_error_message='Both languages are needed.'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('description_en', ''), ('description_zh', '')), models.Q(models.Q(('description_en', ''), _negated=True), models.Q(('description_zh', ''), _negated=True)), _connector='OR'), name='mission_description_both_languages_or_none', violation_error_message='Fill in the description in both languages, or in neither.'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['policy', 'platform', 'project', 'other'])), name='mission_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(('provenance__in', ['official', 'editorial-split', 'unpublished', 'not-obtained'])), name='mission_provenance_known'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn']), ('status__isnull', True), _connector='OR'), name='mission_status_known'),
        ),
        migrations.AddConstraint(
            model_name='mission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due__isnull', True), ('status__isnull', True), ('status_since__isnull', True)), models.Q(('status__isnull', False), ('status_since__isnull', False)), _connector='OR'), name='mission_status_and_since_together'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['draft', 'submit'])), name='token_scope_known'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'editor')), models.Q(('organisation__isnull', True), ('role', 'coordinator')), _connector='OR'), name='token_of_a_role_that_reports'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='token_names_its_system'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('digest'), 64), name='token_digest_is_sha256'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='token_revoked_by_user'),
        ),
        migrations.AddConstraint(
            model_name='token',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('membership', 'name'), name='token_once_a_system'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('digest'), 64), name='delivery_digest_is_sha256'),
        ),
        migrations.RunPython(index_for_postgresql, migrations.RunPython.noop),
        migrations.RunPython(create_head, migrations.RunPython.noop),
    ]
