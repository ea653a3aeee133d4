"""The settings page and the examples tell every variable, and no secret or machine."""

import pytest

from config.env import SOURCE_TREE, variables
from config.reference.variables import STAGES, example_environment, settings_page


def test_every_variable_has_its_section() -> None:
    text = settings_page()

    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## `{name}`" for name in variables()
    ]


def test_no_path_of_this_machine_is_told() -> None:
    texts = [settings_page(), *(example_environment(stage) for stage in STAGES)]

    assert not [text for text in texts if str(SOURCE_TREE) in text]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_says_only_known_variables(stage: str) -> None:
    assert set(STAGES[stage]) <= set(variables())


@pytest.mark.parametrize("stage", STAGES)
def test_optional_variables_are_comments_unless_the_stage_differs(stage: str) -> None:
    lines = example_environment(stage).splitlines()

    assert f"ENVIRONMENT={stage}" in lines
    assert any(line.startswith("#LOG_LEVEL=") for line in lines)
    assert "SECRET_KEY=" in lines
