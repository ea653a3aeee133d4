"""``manage.py demo_data`` writes what `make run` reads, and nothing where it is hosted."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apps.accounts.models import User


@pytest.mark.django_db
def test_way_in_is_written_for_its_owner_only(tmp_path: Path) -> None:
    output = tmp_path / "demo.json"

    call_command("demo_data", output=output)

    demo = json.loads(output.read_text())
    assert demo.keys() == {"token", "refresh_token", "admin_user", "admin_password", "links"}
    assert all(link["url_path"].startswith("/") for link in demo["links"])
    assert output.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["staging", "production"])
def test_there_is_no_demo_data_where_it_is_hosted(
    stage: str, tmp_path: Path, settings: Settings
) -> None:
    settings.ENVIRONMENT = stage

    with pytest.raises(CommandError, match=stage):
        call_command("demo_data", output=tmp_path / "demo.json")

    assert not User.objects.exists()
