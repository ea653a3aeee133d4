"""The partitioned table of samples."""

from django.db import migrations, models

CREATE_SAMPLES = """
CREATE TABLE console_sample (
    series varchar(120) NOT NULL,
    at timestamptz NOT NULL,
    value double precision NOT NULL,
    total double precision,
    PRIMARY KEY (series, at) INCLUDE (value)
) PARTITION BY RANGE (at);
CREATE TABLE console_sample_default PARTITION OF console_sample DEFAULT;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(CREATE_SAMPLES, "DROP TABLE console_sample"),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("series", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("value", models.FloatField()),
                ("total", models.FloatField(null=True)),
            ],
            options={"db_table": "console_sample", "managed": False, "default_permissions": ()},
        ),
    ]
