"""A tutorial is read in order, and only what the reader is told to do is done."""

from tests.tutorial.reading import Commands, File, steps_of

TUTORIAL = """
Write this:

```python title="apps/parcels/errors.py"
\"\"\"Errors.\"\"\"
```

and run it:

```sh
make test
make lint
```

which shows

```text
2 passed
```
"""


def test_files_and_commands_come_in_their_order() -> None:
    assert steps_of(TUTORIAL) == [
        File("apps/parcels/errors.py", '"""Errors."""\n'),
        Commands("make test\nmake lint\n"),
    ]


def test_text_without_blocks_asks_for_nothing() -> None:
    assert steps_of("Only `words` here.") == []
