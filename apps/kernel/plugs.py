"""What the ground offers itself: pages of the reference, examinations of the doctor."""

from django.conf import settings

from apps.kernel.doctor.database import DatabaseExamination
from apps.kernel.doctor.machine import MachineExamination
from apps.kernel.ports import GeneratedFile, examinations, generated_files
from apps.kernel.reference.commands import commands_page
from apps.kernel.reference.errors import errors_page
from apps.kernel.reference.floors import floors_page, floors_picture

for file in (
    GeneratedFile("docs/reference/commands.md", commands_page),
    GeneratedFile("docs/reference/errors.md", errors_page),
    GeneratedFile("docs/reference/floors.md", lambda: floors_page(settings.BASE_DIR)),
    GeneratedFile("docs/reference/floors.svg", lambda: floors_picture(settings.BASE_DIR)),
):
    generated_files.register(file)

for examination in (DatabaseExamination(), MachineExamination()):
    examinations.register(examination)
