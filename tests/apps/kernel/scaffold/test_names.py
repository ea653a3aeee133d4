"""Names of apps and resources are checked, and take the right forms."""

import pytest

from apps.kernel.scaffold.names import NameRefused, Names, check_names, singular


@pytest.mark.parametrize(
    ("app", "resource", "reason"),
    [
        ("Gardens", "garden", "no name"),
        ("1gardens", "garden", "no name"),
        ("gar dens", "garden", "no name"),
        ("gardens__x", "garden", "no name"),
        ("../gardens", "garden", "no name"),
        ("g" * 25, "garden", "no name"),
        ("gardens", "Garden", "no name"),
        ("utils", "util", "says nothing"),
        ("common", "thing", "says nothing"),
        ("classes", "class", "meaning in code"),
        ("lists", "list", "meaning in code"),
        ("events_of_mine", "event", "meaning in code"),
        ("buildings", "building", "taken"),
    ],
)
def test_a_bad_name_is_refused_with_its_reason(app: str, resource: str, reason: str) -> None:
    with pytest.raises(NameRefused, match=reason):
        check_names(app, resource, taken={"buildings"})


@pytest.mark.parametrize(
    ("app", "resource"), [("gardens", "garden"), ("house_keys", "house_key"), ("inventory", "item")]
)
def test_a_good_name_is_accepted(app: str, resource: str) -> None:
    check_names(app, resource, taken={"buildings"})


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("gardens", "garden"),
        ("libraries", "library"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("watches", "watch"),
        ("inventory", "inventory"),
        ("glass", "glass"),
    ],
)
def test_the_singular_is_found(plural: str, expected: str) -> None:
    assert singular(plural) == expected


def test_names_take_their_forms_in_code_and_prose() -> None:
    forms = Names(app="house_keys", resource="house_key", floor="reference").placeholders()

    assert forms["App"] == "HouseKeys"
    assert forms["Resource"] == "HouseKey"
    assert forms["basename"] == "house-key"
    assert forms["plural"] == "house_keys"
    assert forms["words"] == "house key"
    assert forms["Words_plural"] == "House keys"
    assert forms["A"] == "A"
    assert forms["Floor"] == "Reference"


def test_a_resource_of_its_own_name_has_a_plural_of_its_own() -> None:
    forms = Names(app="inventory", resource="item", floor="reference").placeholders()

    assert forms["plural"] == "items"
    assert forms["a"] == "an"
