"""The examples in the schema are what really goes in and comes out."""

from typing import Any

from apps.media.api.serializers import PictureUrlIn, PictureUrlOut


def example_of(serializer: type[Any]) -> Any:
    [example] = vars(serializer)["_spectacular_annotation"]["examples"]
    return example.value


def test_example_of_what_goes_in_is_taken() -> None:
    serializer = PictureUrlIn(data=example_of(PictureUrlIn))

    assert serializer.is_valid(), serializer.errors


def test_example_of_what_comes_out_has_all_its_fields() -> None:
    assert set(example_of(PictureUrlOut)) == set(PictureUrlOut().fields)
