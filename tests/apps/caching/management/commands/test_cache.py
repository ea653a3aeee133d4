"""``manage.py cache`` shows the layers, and clears, cleans and warms."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.caching.layers.stack import address_of, stack
from apps.caching.popularity import gather, tell
from apps.caching.ports import Warmer, warmers
from apps.caching.services import clean, remember
from apps.kernel import clock
from tests.apps.caching.samples import LENIENT, STRICT, Maker, entry

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("cache", *arguments, stdout=out)
    return out.getvalue()


def keep_dead() -> None:
    stack().files.put(address_of(STRICT.name, "dead"), entry("dead", lives=-1))


def test_stats_show_layers_namespaces_and_what_is_popular() -> None:
    remember(STRICT, "key of fame", Maker(b"x" * 5000))
    clean()
    moment = clock.now().timestamp()
    tell(stack().files.folder, stack().tally.take(moment))
    gather(stack().files.folder, moment)

    shown = said("stats")

    for words in ("memory", "redis", "files", STRICT.name, STRICT.title, "key of fame", "1.0 GB"):
        assert words in shown


def test_clear_forgets_a_namespace_or_all() -> None:
    for namespace in (STRICT, LENIENT):
        remember(namespace, "key", Maker("old"))

    said("clear", STRICT.name, "--reason", "test", "--yes")
    assert remember(STRICT, "key", Maker("new")).value == "new"
    assert remember(LENIENT, "key", Maker("new")).value == "old"

    said("clear", "all", "--reason", "test", "--yes")
    assert remember(LENIENT, "key", Maker("new")).value == "new"


def test_clear_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="--yes"):
        said("clear", STRICT.name, "--reason", "test")
    monkeypatch.setattr("builtins.input", lambda _: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        said("clear", STRICT.name, "--reason", "test")
    monkeypatch.setattr("builtins.input", lambda _: STRICT.name)
    assert "is forgotten" in said("clear", STRICT.name, "--reason", "test")


def test_clear_refuses_what_it_does_not_know() -> None:
    with pytest.raises(CommandError, match=r"sample\.unknown"):
        said("clear", "sample.unknown", "--reason", "test", "--yes")


def test_clean_tells_what_went_and_a_dry_run_what_would() -> None:
    keep_dead()

    assert "would be removed" in said("clean", "--dry-run")
    assert "expired: 1 files" in said("clean")
    assert "expired" not in said("clean")


def test_folder_that_cannot_be_used_is_told() -> None:
    stack().files.folder.write_text("in the way")

    with pytest.raises(CommandError, match="cannot be used"):
        said("clean")


def test_warm_tells_how_many_were_made() -> None:
    warmers.register(Warmer(name=STRICT.name, warm=lambda key: remember(STRICT, key, Maker())))
    for _ in range(5):
        stack().used(STRICT, "key")
    moment = clock.now().timestamp()
    tell(stack().files.folder, stack().tally.take(moment))
    gather(stack().files.folder, moment)

    assert "1 entries made" in said("warm")
