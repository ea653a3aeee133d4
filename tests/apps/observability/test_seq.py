"""The Seq sink passes events on, and costs the logging thread nothing, whatever Seq does."""

import http.server
import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from typing_extensions import override

from apps.observability.metrics import LOG_EVENTS_LOST
from apps.observability.seq import SeqSink, as_clef
from devstack.waiting import wait_until
from tests.timing import takes_at_most


class Receiver:
    """A Seq that keeps what it receives and answers as told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.status = 201
        self.answering = threading.Event()
        self.answering.set()
        self.asked = threading.Event()
        self.url = ""

    def take(self, request: http.server.BaseHTTPRequestHandler) -> None:
        self.asked.set()
        self.answering.wait(30)
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        if self.status < 300:
            self.events += [orjson.loads(line) for line in body.splitlines()]
        request.send_response(self.status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def has(self, count: int) -> bool:
        return wait_until(lambda: len(self.events) >= count, seconds=30)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield receiver
    receiver.answering.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def sink(receiver: Receiver) -> Iterator[SeqSink]:
    sink = SeqSink(url=receiver.url, api_key="key", flush_seconds=1)
    yield sink
    receiver.answering.set()
    sink.close()


def line(number: int = 0, **more: Any) -> bytes:
    event = {
        "timestamp": "2026-11-21T10:00:00+00:00",
        "level": "info",
        "event": f"cup.filled {number}",
        "trace_id": "t",
        "span_id": "s",
        "number": number,
    }
    return orjson.dumps(event | more, option=orjson.OPT_APPEND_NEWLINE)


def lost() -> float:
    return float(LOG_EVENTS_LOST.labels("seq")._value.get())


def test_event_is_told_in_the_compact_format() -> None:
    told = orjson.loads(
        as_clef(
            line(event="a {b}", level="error", stack="Traceback", correlation_id="c", **{"@x": 1})
        )
    )

    assert told == {
        "@t": "2026-11-21T10:00:00+00:00",
        "@mt": "a {{b}}",
        "@l": "Error",
        "@x": "Traceback",
        "@tr": "t",
        "@sp": "s",
        "number": 0,
        "correlation_id": "c",
        "@@x": 1,
    }


def test_events_arrive_in_order_and_in_batches(receiver: Receiver, sink: SeqSink) -> None:
    receiver.answering.clear()
    for number in range(500):
        sink.offer(line(number))
    receiver.answering.set()

    assert receiver.has(500)
    assert [event["number"] for event in receiver.events] == list(range(500))
    assert len(receiver.paths) < 10
    assert set(receiver.paths) == {"/ingest/clef"}
    assert receiver.headers[0]["X-Seq-ApiKey"] == "key"
    assert receiver.headers[0]["Content-Type"] == "application/vnd.serilog.clef"


def test_hanging_server_costs_the_logging_thread_nothing(receiver: Receiver, sink: SeqSink) -> None:
    receiver.answering.clear()
    sink.offer(line())
    assert receiver.asked.wait(30)

    def log_much() -> None:
        for number in range(5_000):
            sink.offer(line(number))

    assert takes_at_most(1, log_much)


def test_full_queue_loses_its_oldest_events_and_counts_them(receiver: Receiver) -> None:
    receiver.answering.clear()
    sink = SeqSink(url=receiver.url, capacity=10)
    sink.offer(line(-1))
    assert receiver.asked.wait(30)
    before = lost()

    for number in range(30):
        sink.offer(line(number))
    lost_meanwhile = lost() - before
    receiver.answering.set()

    assert lost_meanwhile == 20
    assert receiver.has(11)
    sink.close()
    assert [event["number"] for event in receiver.events] == [-1, *range(20, 30)]


def test_failing_server_gets_the_events_later(receiver: Receiver, sink: SeqSink) -> None:
    receiver.status = 503
    sink.offer(line(1))
    assert wait_until(lambda: bool(receiver.paths), seconds=30)

    receiver.status = 201

    assert receiver.has(1)


def test_refused_events_are_lost_and_counted(receiver: Receiver, sink: SeqSink) -> None:
    before = lost()
    receiver.status = 400
    sink.offer(line(1))
    assert wait_until(lambda: lost() == before + 1, seconds=30)

    receiver.status = 201
    sink.offer(line(2))

    assert receiver.has(1)
    assert [event["number"] for event in receiver.events if "number" in event] == [2]


def test_closing_passes_on_what_is_kept(receiver: Receiver, sink: SeqSink) -> None:
    for number in range(300):
        sink.offer(line(number))

    sink.close()

    assert len(receiver.events) == 300


@pytest.mark.parametrize("is_hanging", [True, False], ids=["hanging", "dead"])
def test_closing_waits_only_shortly_for_a_server_that_does_not_answer(
    is_hanging: bool, receiver: Receiver
) -> None:
    receiver.answering.clear()
    sinks: list[SeqSink] = []

    def log_something() -> None:
        url = receiver.url if is_hanging else "http://127.0.0.1:9"
        sinks.append(SeqSink(url=url, flush_seconds=0.3))
        for number in range(300):
            sinks[-1].offer(line(number))

    def close_it() -> None:
        sinks[-1].close()

    before = lost()
    assert takes_at_most(1, close_it, before=log_something)
    assert lost() > before


def _log_in_a_child(sink: SeqSink) -> None:
    sink.offer(line(2))


def test_forked_process_passes_on_its_own_events_as_it_ends(
    receiver: Receiver, sink: SeqSink
) -> None:
    sink.offer(line(1))
    assert receiver.has(1)

    child = multiprocessing.get_context("fork").Process(target=_log_in_a_child, args=(sink,))
    child.start()
    child.join(60)

    assert child.exitcode == 0
    assert receiver.has(2)
    assert sorted(event["number"] for event in receiver.events) == [1, 2]


PROGRAM = """
import sys
from django.conf import settings
from apps.observability.logs import logging_settings
settings.configure(USE_TZ=True, LOGGING_CONFIG="apps.observability.logs.configure",
                   LOGGING=logging_settings("INFO"), SEQ_URL=sys.argv[1], SEQ_API_KEY="key")
import django
django.setup()
import structlog
structlog.get_logger("sample").info("cup.filled", token="hunter2")
"""


def test_one_setting_switches_the_sink_on_and_the_end_of_a_process_flushes_it(
    receiver: Receiver,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, receiver.url], capture_output=True, check=True
    )

    (event,) = receiver.events
    assert (event["@mt"], event["token"]) == ("cup.filled", "[redacted]")
    assert orjson.loads(done.stdout)["correlation_id"] == event["correlation_id"]
