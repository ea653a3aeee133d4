"""``manage.py events``: dispatch, watch and operate the event log."""

import json
import signal
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.events import selectors, services
from apps.events.dispatcher import Dispatcher
from apps.events.ports import consumers
from apps.events.types import Cursor, LoggedEvent
from apps.kernel.errors import AppError


class Command(BaseCommand):
    """Run or operate the consumers of the event log."""

    help = "Dispatch the event log to its consumers, or watch and operate them."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("dispatch", help="Run every consumer until stopped.")
        tail = actions.add_parser("tail", help="Print the newest events and follow the log.")
        tail.add_argument("--topic", default="", help="Only topics that start with this.")
        tail.add_argument("--lines", type=int, default=20, help="How many to begin with.")
        tail.add_argument("--once", action="store_true", help="Do not follow.")
        actions.add_parser("consumers", help="Print each consumer's state, lag and error.")
        replay = actions.add_parser("replay", help="Let a consumer read a part of the log again.")
        replay.add_argument("consumer")
        replay.add_argument(
            "--from", dest="start", required=True, help="A position, or a time in ISO 8601."
        )
        resume = actions.add_parser("resume", help="Let a stopped consumer try again.")
        resume.add_argument("consumer")
        skip = actions.add_parser("skip", help="Let a stopped consumer pass over its event.")
        skip.add_argument("consumer")
        skip.add_argument("--reason", required=True, help="Kept beside the skipped event.")
        actions.add_parser("maintain", help="Make partitions ahead, drop those past retention.")
        actions.add_parser("restamp", help="Repair the log after a restore into another cluster.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        try:
            run(options)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error
        except KeyboardInterrupt:
            self.stdout.write("")

    def _dispatch(self, options: dict[str, Any]) -> None:
        dispatcher = Dispatcher(consumers)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: dispatcher.stop.set())
        self.stdout.write(f"Dispatching to: {', '.join(c.name for c in consumers) or 'nobody'}")
        dispatcher.run()

    def _tail(self, options: dict[str, Any]) -> None:
        prefix, newest = options["topic"], 0
        for event in selectors.latest_events(limit=options["lines"], topic_prefix=prefix):
            newest = self._print(event)
        while not options["once"]:
            time.sleep(0.5)
            for event in selectors.latest_events(limit=500, topic_prefix=prefix):
                if event.position > newest:
                    newest = self._print(event)

    def _print(self, event: LoggedEvent) -> int:
        self.stdout.write(
            f"{event.position:>10}  {event.recorded_at:%H:%M:%S.%f}  {event.topic:<40} "
            f"{event.actor:<36}  {json.dumps(dict(event.payload), ensure_ascii=False)}"
        )
        return event.position

    def _consumers(self, options: dict[str, Any]) -> None:
        lags = {lag.name: lag for lag in selectors.consumer_lags()}
        self.stdout.write(f"{'CONSUMER':<24} {'STATE':<10} {'EVENTS BEHIND':>13} {'SECONDS':>9}")
        for name in sorted({*lags, *(consumer.name for consumer in consumers)}):
            lag = lags.get(name)
            state = lag.state if lag else "never ran"
            behind, seconds = (lag.events, lag.seconds) if lag else (0, 0.0)
            self.stdout.write(f"{name:<24} {state:<10} {behind:>13} {seconds:>9.1f}")
            if lag and lag.error:
                self.stdout.write(f"    {lag.error.strip().splitlines()[-1]}")
        self.stdout.write(f"Oldest writing transaction: {selectors.horizon_age_seconds():.1f} s")

    def _replay(self, options: dict[str, Any]) -> None:
        cursor = _parse_start(options["start"])
        services.replay_consumer(name=options["consumer"], cursor=cursor)
        self.stdout.write(f"{options['consumer']} reads again from #{cursor.position + 1}.")

    def _resume(self, options: dict[str, Any]) -> None:
        services.resume_consumer(name=options["consumer"])
        self.stdout.write(f"{options['consumer']} runs again.")

    def _skip(self, options: dict[str, Any]) -> None:
        position = services.skip_event(name=options["consumer"], reason=options["reason"])
        self.stdout.write(f"{options['consumer']} passes over #{position} and runs again.")

    def _maintain(self, options: dict[str, Any]) -> None:
        services.maintain_partitions()
        self.stdout.write("Partitions are maintained.")

    def _restamp(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{services.restamp_log()} events restamped.")


def _parse_start(text: str) -> Cursor:
    if text.isdigit():
        return selectors.cursor_before(position=int(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(
            f"--from {text!r} is neither a position nor a time; for example 4711 or "
            "2026-11-21T10:00:00+00:00."
        ) from problem
    if moment.tzinfo is None:
        raise CommandError(f"--from {text!r} has no time zone; for example {text}+00:00.")
    return selectors.cursor_before(moment=moment)
