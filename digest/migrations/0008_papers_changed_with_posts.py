"""Papers of published posts count as changed when the last of their posts did."""

from django.db import migrations

CHANGED = """
UPDATE papers_paper SET public_changed_at = posts.at FROM (
    SELECT e.paper_id, max(p.updated_at) AS at
    FROM digest_entry e JOIN digest_post p ON p.id = e.post_id
    WHERE e.public_position IS NOT NULL AND p.state IN ('published', 'withdrawn')
    GROUP BY e.paper_id
) posts WHERE posts.paper_id = papers_paper.id AND papers_paper.public_changed_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [("digest", "0007_old_papers_are_no_news"), ("papers", "0017_public_changed_at")]

    operations = [migrations.RunSQL(CHANGED, migrations.RunSQL.noop)]
