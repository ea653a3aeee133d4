"""Published schemas are written from code, but never over what receivers rely on."""

import json
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.events.types import event_types
from apps.webhooks.catalogue import snapshot_name
from config.reference.event_schemas import VersionNotRaised, catalogue_page, files, schema_of


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.BASE_DIR = tmp_path
    return tmp_path


def test_incompatible_schema_is_not_written_over_the_published_one(folder: Path) -> None:
    event_type = next(each for each in event_types() if each.topic == "buildings.unit.added")
    present = json.loads(schema_of(event_type))
    present["properties"]["data"]["properties"]["floor"] = {"type": "integer"}
    published = folder / snapshot_name(event_type)
    published.parent.mkdir(parents=True)
    published.write_text(json.dumps(present))

    with pytest.raises(VersionNotRaised, match=r"data\.floor is gone.*version=2"):
        schema_of(event_type)


def test_every_type_of_the_house_has_a_file_and_a_section(folder: Path) -> None:
    names = {file.name for file in files()}

    assert "docs/reference/events/webhooks.delivery.exhausted.v1.json" in names
    assert "docs/reference/webhook-events.md" in names
    assert "## webhooks.delivery.exhausted" in catalogue_page()
