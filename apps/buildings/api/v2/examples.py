"""Examples of what comes out in v2, shown in the OpenAPI document."""

from apps.buildings.api.examples import ADA, HOUSE, TIMES, UNIT_ID, example

building = example(**HOUSE, address="1 Harbour Road", viewer={"role": "owner"}, **TIMES)
request = example(
    id="019ab2c7-5566-7e7f-9081-223344556677",
    unit={"id": UNIT_ID, "label": "2 left"},
    author=ADA,
    title="The tap drips",
    description="",
    status="open",
    priority="high",
    **TIMES,
)
