"""Indexes, each named with the query that it serves, made while the site goes on reading and writing."""

from django.conf import settings
from django.db import migrations, models

import missions.models.text

from missions.concurrently import AddIndex, OnPostgreSQL, RemoveIndex, made

# Numbers have no collation to depend on. GIN keeps each pair once, however often it occurs.
BIGRAMS = """
CREATE OR REPLACE FUNCTION hub_bigrams(text) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(ascii(one)::bigint << 21 | ascii(next))
    FROM (SELECT string_to_array($1, NULL) AS characters) AS split, unnest(characters, characters[2:]) AS pair(one, next)
    WHERE next IS NOT NULL
$$
"""

# In the site's time zone, as the page asks for it; where that is set to another one later, the page sorts as before.
DAY = (
    "CASE WHEN kind = 'correction'"
    f" THEN (recorded_at AT TIME ZONE '{settings.TIME_ZONE}')::date ELSE effective_on END"
)


def dropped(name, rest):
    return OnPostgreSQL(
        [f"DROP INDEX CONCURRENTLY IF EXISTS {name}"], [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {rest}"]
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("missions", "0007_tokens")]

    operations = [
        OnPostgreSQL(BIGRAMS, "DROP FUNCTION hub_bigrams(text)"),
        made("missions_by_words", "missions_mission USING gin (hub_bigrams(search_text))"),
        # With statistics, the planner would read the whole table for a word that nearly every mission has, and make
        # the pairs of each anew, which takes a hundred times as long. Without, it takes any word to be rare.
        OnPostgreSQL("ALTER INDEX missions_by_words ALTER COLUMN 1 SET STATISTICS 0", migrations.RunSQL.noop),
        # SQLite has this order by the unique index.
        made("missions_by_code", 'missions_mission (code COLLATE "C")'),
        # SQLite has no such function of its own, and a table with it could be written by this site alone.
        made("changes_by_day", f"missions_statuschange (({DAY}), id)"),
        # For LIKE 'abc%', which nobody asks of a hash: a quarter of the ledger's size.
        dropped("missions_statuschange_hash_66a32955_like", "missions_statuschange (hash varchar_pattern_ops)"),
        dropped("missions_statuschange_prev_hash_3b91c605_like", "missions_statuschange (prev_hash varchar_pattern_ops)"),
        AddIndex(
            "mission",
            models.Index(
                missions.models.text.ByCodePoint("title_en"),
                missions.models.text.ByCodePoint("code"),
                name="missions_by_title_en",
            ),
        ),
        AddIndex(
            "mission",
            models.Index(
                missions.models.text.ByCodePoint("title_zh"),
                missions.models.text.ByCodePoint("code"),
                name="missions_by_title_zh",
            ),
        ),
        AddIndex("statuschange", models.Index(fields=["recorded_at", "id"], name="changes_by_recording")),
        RemoveIndex("statuschange", "change_recorded_at"),
    ]
