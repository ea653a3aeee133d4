"""What the composition root plugs into apps' ports: that which names several apps."""

from functools import partial

from apps.api.schema import rendered
from apps.kernel.ports import GeneratedFile, examinations, generated_files
from config.doctor.environment import EnvironmentExamination
from config.doctor.event_log import EventLogExamination
from config.doctor.redis import RedisExamination
from config.reference import event_schemas
from config.reference.happenings import events_page
from config.reference.measurements import metrics_page
from config.reference.variables import STAGES, example_environment, settings_page

generated_files.register(GeneratedFile("docs/reference/openapi.yaml", partial(rendered, "v1")))
generated_files.register(GeneratedFile("docs/reference/openapi-v2.yaml", partial(rendered, "v2")))
generated_files.register(GeneratedFile("docs/reference/settings.md", settings_page))
generated_files.register(GeneratedFile("docs/reference/events.md", events_page))
generated_files.register(GeneratedFile("docs/reference/metrics.md", metrics_page))
for file in event_schemas.files():
    generated_files.register(file)
for stage in STAGES:
    generated_files.register(
        GeneratedFile(f"deploy/env/{stage}.env", partial(example_environment, stage))
    )

for examination in (EventLogExamination(), RedisExamination(), EnvironmentExamination()):
    examinations.register(examination)
