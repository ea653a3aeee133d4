"""The authority is made once, is trusted by nobody else, and is renewed in time."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from devstack.push import certificates
from devstack.push.certificates import authority_in


def test_authority_outlives_a_restart(tmp_path: Path) -> None:
    first = authority_in(tmp_path).ca_file.read_bytes()

    assert authority_in(tmp_path).ca_file.read_bytes() == first


def test_authority_that_ends_soon_is_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = authority_in(tmp_path).ca_file.read_bytes()
    monkeypatch.setattr(certificates, "RESERVE", certificates.LIFETIME + timedelta(days=1))

    assert authority_in(tmp_path).ca_file.read_bytes() != first


def test_key_is_its_owners_alone(tmp_path: Path) -> None:
    assert authority_in(tmp_path).server_file.stat().st_mode & 0o777 == 0o600


def test_clients_trust_it_only_if_told(tmp_path: Path) -> None:
    authority = authority_in(tmp_path)

    trusting = ssl.create_default_context(cafile=str(authority.ca_file))

    assert [each["subject"] for each in trusting.get_ca_certs()] == [
        ((("commonName", "Mainstay's own push authority"),),)
    ]
    assert authority.context().minimum_version == ssl.TLSVersion.TLSv1_2
