"""The services as a process: they say where they are, keep their keys, and end when asked."""

import signal
from pathlib import Path

from devstack.push.services import PushServices
from tests.push_services import push_process


def test_process_tells_where_it_listens_and_ends_when_asked(tmp_path: Path) -> None:
    with push_process(tmp_path) as running:
        told = {account["service"]: account["config"] for account in running.accounts()}
        running.process.send_signal(signal.SIGTERM)
        status = running.process.wait(30)

    assert status == 0
    assert told["fcm"]["api_url"] == running.url
    assert told["apns"]["host"] == running.apns_host
    assert Path(told["apns"]["ca_file"]) == running.ca_file


def test_keys_outlive_a_restart(tmp_path: Path) -> None:
    first = PushServices(tmp_path)
    issued = first.accounts()

    again = PushServices(tmp_path).accounts()

    assert [each["secret"] for each in again] == [each["secret"] for each in issued]
    assert (tmp_path / "issued.json").stat().st_mode & 0o777 == 0o600
