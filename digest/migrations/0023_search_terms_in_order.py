"""The search index keeps the terms that entries are ranked by in the row, and in order.

Only what is written from now on is stored so. The worker makes the other entries anew
(`index.queue_what_has_no_order`), and until then they are read as they are.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.lookups
from django.db import migrations, models

# Ranking reads `terms` and `impacts` of thousands of rows. Uncompressed, those of a usual paper fit
# into half a page (8 kB), and the two long columns, which are read for phrases alone, move out.
_STORE = """
    ALTER TABLE digest_searchentry
        ALTER terms SET STORAGE EXTERNAL, ALTER impacts SET STORAGE EXTERNAL,
        ALTER keys SET STORAGE EXTERNAL, ALTER places SET STORAGE EXTERNAL;
    ALTER TABLE digest_searchentry SET (toast_tuple_target = 4000);
"""
_STORE_AS_BEFORE = """
    ALTER TABLE digest_searchentry
        ALTER terms SET STORAGE EXTENDED, ALTER impacts SET STORAGE EXTENDED,
        ALTER keys SET STORAGE EXTENDED, ALTER places SET STORAGE EXTENDED;
    ALTER TABLE digest_searchentry RESET (toast_tuple_target);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0022_editors_switch_categories'),
    ]

    operations = [
        migrations.AlterField(
            model_name='searchentry',
            name='terms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Numbers of terms, in order.', size=None),
        ),
        migrations.RunSQL(_STORE, _STORE_AS_BEFORE),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='searchentry',
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.IsNull(
                    models.Func(
                        models.F('terms'),
                        models.Value(None, output_field=models.IntegerField()),
                        function='array_position',
                        output_field=models.IntegerField(),
                    ),
                    True,
                ),
                name='search_entry_terms_without_null',
            ),
        ),
    ]
