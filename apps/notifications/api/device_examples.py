"""Examples of registrations, shown in the OpenAPI document."""

from apps.notifications.api.showing import example

_KEY = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"

new_registration = example(
    service="fcm",
    token="fGH9k2-example:APA91bHun4MxP5egoKMwt2KZFBaFUH",  # noqa: S106  an example
    fid="cXyz0123456789AbCdEfGh",
    app_id="app.mainstay.demo",
    locale="en-GB",
)
registration = example(
    id="019ab2da-1122-7c3d-9e4f-aabbccddeeff",
    service="fcm",
    account="fcm",
    device="019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d",
    app_id="app.mainstay.demo",
    locale="en-GB",
    is_current=True,
    registered_at="2026-11-22T09:30:00Z",
    last_accepted_at=None,
    created_at="2026-11-20T09:30:00Z",
)
web_push_key = example(account="web-push", public_key=_KEY)
