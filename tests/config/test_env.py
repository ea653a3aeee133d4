"""The environment is read strictly: every problem is named at once, and hosting allows less."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import environ
import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.env import (
    SOURCE_TREE,
    prepare_metrics_folder,
    read_environment,
    sizes_in_bytes,
    variables,
)

EXAMPLES = sorted((SOURCE_TREE / "deploy" / "env").glob("*.env"))
KEY = Fernet.generate_key().decode()
SECRET = "pT7vQ2mXc9RbL4kWz8NfJ1hYs6GdA3uE5oCiKxVqBnMwZtPrDyHj"
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SECRET,
    "KEYRING_MASTER_KEY": KEY,
    "DATABASE_URL": "postgresql://mainstay:secret@db.internal/mainstay",
    "REDIS_URL": "rediss://redis.internal:6379/0",
    "BASE_URL": "https://api.example.com",
    "STATE_DIR": "/var/lib/mainstay",
}


def _complaints(source: dict[str, str]) -> list[str]:
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment(source)
    return str(caught.value).splitlines()[1:]


def test_a_complete_environment_is_read_with_its_types() -> None:
    environment = read_environment(
        GOOD | {"EVENT_RETENTION_DAYS": "7", "ALLOWED_HOSTS": "a.example, b.example"}
    )

    assert environment.event_retention_days == 7
    assert environment.allowed_hosts == ("a.example", "b.example")
    assert environment.debug is False


def test_every_missing_and_malformed_variable_is_named_at_once() -> None:
    source = GOOD | {
        "DATABASE_URL": "",
        "REDIS_URL": "memcached://somewhere",
        "KEYRING_MASTER_KEY": "short",
        "EVENT_RETENTION_DAYS": "many",
        "DEBUG": "perhaps",
        "METRICS_ALLOWED_NETWORKS": "10.0.0.0/99",
        "REDIS_PATIENCE": "0",
        "SECRET_KEY": "short",
    }

    complaints = _complaints(source)

    assert {complaint.split()[0] for complaint in complaints} == {
        *("DATABASE_URL", "REDIS_URL", "KEYRING_MASTER_KEY", "EVENT_RETENTION_DAYS", "DEBUG"),
        *("METRICS_ALLOWED_NETWORKS", "REDIS_PATIENCE", "SECRET_KEY"),
    }


def test_an_empty_environment_is_told_every_required_variable() -> None:
    complaints = _complaints({})

    required = {name for name, variable in variables().items() if variable.is_required}
    assert {complaint.split()[0] for complaint in complaints} == required


@pytest.mark.parametrize("name", ["DATABASE_URL", "BASE_URL", "ENVIRONMENT"])
def test_a_complaint_says_what_was_expected_and_an_example(name: str) -> None:
    (complaint,) = _complaints(GOOD | {name: "nonsense"})

    about = variables()[name]
    assert f"{name} is malformed" in complaint
    assert about.expected in complaint
    assert about.example in complaint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("DATABASE_TRANSACTION_TIMEOUT_SECONDS", "-1"),
        ("DATABASE_CONNECT_TIMEOUT_SECONDS", "0"),
        ("REDIS_PATIENCE", "0"),
        *((name, "0") for name in variables() if name.endswith("_DAYS")),
    ],
)
def test_number_that_would_mean_something_else_is_refused(name: str, text: str) -> None:
    """A day less than one would delete what was just written."""
    (complaint,) = _complaints(GOOD | {name: text})

    assert complaint.startswith(f"  {name} is malformed")


@pytest.mark.parametrize(
    "tiers", ["free", "free:1", "free:1GB", "free:-1GiB", "free:1GiB,free:2GiB", ":1GiB", ","]
)
def test_tiers_without_a_size_each_are_refused(tiers: str) -> None:
    (complaint,) = _complaints(GOOD | {"FILES_TIERS": tiers})

    assert complaint.startswith("  FILES_TIERS is malformed")


def test_sizes_of_tiers_are_read_in_their_order() -> None:
    sizes = sizes_in_bytes(["free:512MiB", "pro:1GiB", "house:2TiB"])

    assert list(sizes.items()) == [
        ("free", 512 * 1024**2),
        ("pro", 1024**3),
        ("house", 2 * 1024**4),
    ]


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        ("file", "KEYRING_MASTER_KEY_FILE", "/run/secrets/keyring"),
        ("aws", "KEYRING_MASTER_KEY_SECRET", "mainstay/keyring"),
    ],
)
def test_master_keys_kept_elsewhere_are_asked_for_there(source: str, name: str, value: str) -> None:
    elsewhere = GOOD | {"KEYRING_MASTER_KEY": "", "KEYRING_MASTER_KEY_SOURCE": source}

    (complaint,) = _complaints(elsewhere)

    assert complaint.startswith(f"  {name} is missing")
    assert read_environment(elsewhere | {name: value}).keyring_master_key == ()


def test_master_keys_cannot_be_kept_just_anywhere() -> None:
    (complaint,) = _complaints(GOOD | {"KEYRING_MASTER_KEY_SOURCE": "vault"})

    assert complaint.startswith("  KEYRING_MASTER_KEY_SOURCE is malformed")


def test_a_complaint_never_repeats_the_value() -> None:
    complaints = _complaints(GOOD | {"DATABASE_URL": "mysql://root:hunter2@db/x"})

    assert "hunter2" not in "\n".join(complaints)


@pytest.mark.parametrize("stage", ["staging", "production"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", f"django-insecure-{SECRET}"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "api.example.com,.example.com"),
        ("BASE_URL", "http://api.example.com"),
    ],
)
def test_a_hosted_stage_refuses_what_development_may_have(
    stage: str, name: str, value: str
) -> None:
    (complaint,) = _complaints(GOOD | {"ENVIRONMENT": stage, name: value})

    assert complaint.startswith(f"  {name} ")
    assert read_environment(GOOD | {"ENVIRONMENT": "development", name: value})


def test_production_refuses_to_open_private_networks_and_staging_may() -> None:
    opening = {"OUTBOUND_ALLOWED_NETWORKS": "10.0.0.0/8"}

    (complaint,) = _complaints(GOOD | opening)

    assert complaint.startswith("  OUTBOUND_ALLOWED_NETWORKS ")
    assert read_environment(GOOD | opening | {"ENVIRONMENT": "staging"})


def test_there_is_an_example_for_every_stage_that_is_deployed() -> None:
    assert [path.stem for path in EXAMPLES] == ["development", "production", "staging"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_lacks_only_the_secrets_nobody_may_share(path: Path) -> None:
    complaints = _complaints(_read(path))

    assert {complaint.split()[0] for complaint in complaints} == {
        "SECRET_KEY",
        "KEYRING_MASTER_KEY",
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_accepted_once_its_secrets_are_set(path: Path) -> None:
    environment = read_environment(_read(path) | {"SECRET_KEY": SECRET, "KEYRING_MASTER_KEY": KEY})

    assert environment.environment == path.stem


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_tells_every_variable(path: Path) -> None:
    text = path.read_text()

    assert not [name for name in variables() if f"\n{name}=" not in text.replace("\n#", "\n")]


@pytest.mark.parametrize("name", ["SECRET_KEY", "KEYRING_MASTER_KEY"])
def test_the_command_that_makes_a_secret_makes_a_good_one(name: str) -> None:
    command = shlex.split(variables()[name].example)

    made = subprocess.run(
        [sys.executable, *command[1:]], capture_output=True, text=True, check=True
    )

    assert read_environment(GOOD | {name: made.stdout.strip()})


def test_a_command_in_an_unusable_environment_says_so_without_a_traceback() -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=SOURCE_TREE,
        env={"ENVIRONMENT": "production", "DEBUG": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "DATABASE_URL is missing" in result.stderr
    assert "DEBUG must be false" in result.stderr
    assert "Traceback" not in result.stderr


def _read(path: Path) -> dict[str, str]:
    # read_env writes into its class's ENVIRON, which otherwise is the one of this process.
    class Apart(environ.Env):  # type: ignore[misc]  # django-environ publishes no types
        ENVIRON: ClassVar[dict[str, str]] = {}

    Apart.read_env(path)
    return Apart.ENVIRON


def test_metrics_folder_is_there_before_metrics_are(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "a" / "metrics"
    prepare_metrics_folder(read_environment(GOOD | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}))

    assert folder.is_dir()


def test_empty_metrics_folder_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")

    prepare_metrics_folder(read_environment(GOOD))

    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
