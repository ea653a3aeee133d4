"""Which of our accounts a device belongs to: the one its app names, or the one that fits."""

from apps.notifications.errors import RegistrationRefused
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import ENVIRONMENTS
from apps.notifications.types import DeviceAddress, PushService


def account_for(address: DeviceAddress) -> ProviderAccount:
    """Return the account by which a device of this address is reached.

    At APNs it is of the app's environment (production unless told) and, where accounts name a
    topic, of its app id; of several the service's default one. Raises RegistrationRefused.
    """
    accounts = ProviderAccount.objects.filter(service=address.service, is_enabled=True)
    if address.account:
        accounts = accounts.filter(name=address.account)
    fitting = [each for each in accounts.order_by("name") if _fits(each, address)]
    chosen = [each for each in fitting if each.is_default] or fitting
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise _refusal("No account for such devices is set up; operators do so in the admin.")
    names = ", ".join(each.name for each in chosen)
    raise _refusal(f"Several accounts fit; name one of them: {names}.")


def _fits(account: ProviderAccount, address: DeviceAddress) -> bool:
    if account.service != PushService.APNS:
        return True
    topic = account.config.get("topic", "")
    environment = account.config.get("environment", ENVIRONMENTS[0])
    is_of_app = not topic or not address.app_id or topic == address.app_id
    has_app = bool(topic or address.app_id)
    return has_app and is_of_app and environment == (address.environment or ENVIRONMENTS[0])


def _refusal(detail: str) -> RegistrationRefused:
    return RegistrationRefused.naming(("account", detail))
