"""What a job is about was a key of words, and is columns; what a run waits for has a name.

An old key was a day, a paper's id (with a language and a section behind it), or for a mail a
source, a day and a trouble.
"""

from django.db import migrations, models

from papers.models.job import WaitsFor

TO_COLUMNS = [
    """
    UPDATE papers_job SET
        source = split_part(key, ' ', 1),
        day = split_part(key, ' ', 2)::date,
        topic = split_part(key, ' ', 3)
    WHERE kind = 'alert'
    """,
    r"""
    UPDATE papers_job SET day = key::date
    WHERE kind IN ('ingest_day', 'recheck', 'arxiv_metadata') AND key ~ '^\d{4}-\d\d-\d\d$'
    """,
    """
    UPDATE papers_job SET
        arxiv_id = left(split_part(key, ' ', 1), 32),
        language = left(split_part(key, ' ', 2), 8),
        section = left(split_part(key, ' ', 3), 20)
    WHERE kind <> 'alert' AND day IS NULL
    """,
    """
    UPDATE papers_run SET waits_for = CASE message
        WHEN 'waiting for the paper''s full text' THEN 'full_text' ELSE 'else' END
    WHERE outcome = 'waiting'
    """,
    # What an attempt that succeeded has refused was its message, a line each.
    """
    UPDATE papers_run SET message = '', remarks = (
        SELECT jsonb_agg(jsonb_build_object(
            'position', 0, 'arxiv_id', NULL, 'field', '', 'reason', line))
        FROM regexp_split_to_table(message, E'\\n') AS line)
    WHERE outcome = 'done' AND message <> ''
    """,
]
TO_KEY = [
    """
    UPDATE papers_run SET message = (
        SELECT string_agg(CASE each ->> 'position' WHEN '0' THEN each ->> 'reason' ELSE concat(
            'item ', each ->> 'position', ' (' || (each ->> 'arxiv_id') || ')',
            ': ' || nullif(each ->> 'field', '') || ':', ' ', each ->> 'reason') END, E'\\n')
        FROM jsonb_array_elements(remarks) AS each)
    WHERE remarks <> '[]'
    """,
    """
    UPDATE papers_job SET key = CASE
        WHEN kind = 'alert' THEN concat_ws(' ', source, day, topic)
        WHEN day IS NOT NULL THEN day::text
        ELSE rtrim(concat_ws(' ', arxiv_id, language, section)) END
    """,
]


class Migration(migrations.Migration):

    dependencies = [("papers", "0008_remarks_are_data")]

    operations = [
        migrations.RenameField("job", "handed_at", "enqueued_at"),
        migrations.AlterField(
            "job",
            "enqueued_at",
            models.DateTimeField(
                help_text="When the queue was last told of it.", null=True, verbose_name="enqueued"
            ),
        ),
        migrations.AddField(
            "job", "day", models.DateField(blank=True, null=True, verbose_name="day")
        ),
        *(
            migrations.AddField(
                "job",
                name,
                models.CharField(blank=True, db_default="", max_length=size, verbose_name=label),
            )
            for name, size, label in [
                ("source", 20, "source"),
                ("arxiv_id", 32, "arXiv id"),
                ("language", 8, "language"),
                ("section", 20, "section"),
                ("topic", 20, "topic"),
            ]
        ),
        migrations.AddField(
            "run", "remarks", models.JSONField(default=list, verbose_name="remarks")
        ),
        migrations.AddField(
            "run",
            "waits_for",
            models.CharField(
                blank=True,
                choices=WaitsFor.choices,
                db_default="",
                max_length=10,
                verbose_name="waits for",
            ),
        ),
        migrations.RemoveConstraint("job", "job_once"),
        migrations.AlterField("job", "key", models.CharField(default="", max_length=40)),
        migrations.RunSQL(TO_COLUMNS, TO_KEY),
        migrations.RemoveField("job", "key"),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                fields=["kind", "day", "source", "arxiv_id", "language", "section", "topic"],
                name="job_once",
                nulls_distinct=False,
            ),
        ),
    ]
