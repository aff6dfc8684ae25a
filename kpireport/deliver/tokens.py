"""Tokens for Microsoft 365: from wherever the settings say, or by client credentials through msal."""

from __future__ import annotations

from dataclasses import dataclass

from kpireport.core import fields
from kpireport.core.extras import install
from kpireport.core.mailing import Secret, SecretKind, TransportSettings
from kpireport.deliver.secrets import SecretError, fetch, named

OFFICE_PER_MINUTE = 30  # messages that Microsoft 365 takes from one mailbox
LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class AppSettings(TransportSettings):
    """The app registration by which a transport signs in to Microsoft 365, or where else its token comes from."""

    tenant: str = fields.text()
    client: str = fields.text()
    secret: Secret | None = fields.secret()
    certificate: Secret | None = fields.secret(kept=(SecretKind.FILE,), example='certificate = { file = "app.pfx" }')
    token: Secret | None = fields.secret()


class TokenError(Exception):
    """No token. temporary: it may be otherwise in a minute."""

    def __init__(self, reason: str, *, temporary: bool = False) -> None:
        super().__init__(reason)
        self.temporary = temporary


def token(app: AppSettings, scope: str) -> str:
    """Return a bearer token. Raises TokenError."""
    try:
        if app.token is not None:
            return fetch(app.token)
        credential: object = fetch(app.secret) if app.secret is not None else None
    except SecretError as error:
        secret = app.token or app.secret
        raise TokenError(f"{named(secret) if secret else ''}: {error}") from None
    if app.certificate is not None:
        credential = {"private_key_pfx_path": app.certificate.value[0], "public_certificate": True}
    return _from_microsoft(app, credential, scope)


def _from_microsoft(settings: AppSettings, credential: object, scope: str) -> str:
    try:
        import msal
    except ModuleNotFoundError:
        raise TokenError(f"the package msal is not installed: {install('m365')}") from None
    try:
        app = msal.ConfidentialClientApplication(
            settings.client, authority=f"{LOGIN}/{settings.tenant}", client_credential=credential
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
