"""A section with nothing but a name has nothing to show; its actions are found by name."""

from apps.console.ports import PersonAction, PersonSection
from apps.console.types import Person
from apps.kernel.ids import new_id

ACTION = PersonAction(
    name="greet",
    label="Greet",
    confirmation="They are greeted.",
    done="Greeted.",
    permission="accounts.view_user",
    run=lambda _: None,
)


def test_section_shows_nothing_unless_told_what() -> None:
    section = PersonSection(name="empty", title="Empty", permission="accounts.view_user")
    person = Person(id=1, public_id=new_id())

    shown = (
        *(section.facts(person), section.rows(person), section.offered(person)),
        section.entries(person, None, 9),
    )

    assert not any(shown)


def test_actions_are_found_by_name() -> None:
    section = PersonSection(
        name="one", title="One", permission="accounts.view_user", actions=(ACTION,)
    )

    assert section.action("greet") is ACTION
    assert section.action("other") is None
