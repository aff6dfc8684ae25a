"""Tokens for Microsoft 365: from wherever the settings say, or by client credentials through msal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport.core.extras import install
from kpireport.deliver.secrets import SecretError, fetch, named

if TYPE_CHECKING:
    from kpireport.core.mailing import MailSettings

LOGIN = "https://login.microsoftonline.com"


class TokenError(Exception):
    """No token. temporary: it may be otherwise in a minute."""

    def __init__(self, reason: str, *, temporary: bool = False) -> None:
        super().__init__(reason)
        self.temporary = temporary


def token(mail: MailSettings, scope: str) -> str:
    """Return a bearer token. Raises TokenError."""
    try:
        if mail.token is not None:
            return fetch(mail.token)
        credential: object = fetch(mail.secret) if mail.secret is not None else None
    except SecretError as error:
        secret = mail.token or mail.secret
        raise TokenError(f"{named(secret) if secret else ''}: {error}") from None
    if mail.certificate is not None:
        credential = {"private_key_pfx_path": mail.certificate.value[0], "public_certificate": True}
    return _from_microsoft(mail, credential, scope)


def _from_microsoft(mail: MailSettings, credential: object, scope: str) -> str:
    try:
        import msal
    except ModuleNotFoundError:
        raise TokenError(f"the package msal is not installed: {install('m365')}") from None
    try:
        app = msal.ConfidentialClientApplication(
            mail.client, authority=f"{LOGIN}/{mail.tenant}", client_credential=credential
        )
        answer = app.acquire_token_for_client(scopes=[scope])
    except OSError as error:  # what requests raises is one
        raise TokenError(f"Microsoft cannot be reached: {type(error).__name__}", temporary=True) from None
    except ValueError as error:
        raise TokenError(str(error).splitlines()[0][:200]) from None
    if "access_token" not in answer:
        said = str(answer.get("error_description") or answer.get("error") or "no reason given")
        raise TokenError(said.splitlines()[0][:200], temporary=answer.get("error") == "temporarily_unavailable")
    return str(answer["access_token"])
