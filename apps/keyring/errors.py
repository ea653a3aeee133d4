"""What can be wrong with a key, or with what was made with one."""

from apps.kernel.errors import AppError, Conflict


class TokenRefused(AppError):
    """The token was not issued here, has expired, is malformed, or its key was revoked."""

    code = "keyring.token_refused"
    title = "Token refused"
    status = 401


class SignatureRefused(AppError):
    """The signature does not belong to the message, or its key was revoked."""

    code = "keyring.signature_refused"
    title = "Signature refused"
    status = 401


class CiphertextRefused(AppError):
    """The ciphertext was changed, belongs to another context, or its key is unknown or revoked.

    A fault of the installation, not of the one who asks: such data cannot be read any more.
    """

    code = "keyring.ciphertext_refused"
    title = "Stored data cannot be decrypted"
    status = 500


class MasterKeyMissing(AppError):
    """No master key opens the stored key material, or none can be had from where they are kept."""

    code = "keyring.master_key_missing"
    title = "A master key is missing"
    status = 500


class KeyInUse(Conflict):
    """Rows can be read with this key only, or may be so in a moment."""

    code = "keyring.key_in_use"
    title = "Key still needed"


class KeyStateConflict(Conflict):
    """The key is not in a state from which this step can be taken."""

    code = "keyring.key_state_conflict"
    title = "Step not possible for this key"
