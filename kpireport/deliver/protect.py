"""Give a PDF a password, AES-256. The owner's password is random: nobody has it, so the user's is all that counts."""

from __future__ import annotations

import io
import secrets

from kpireport.core.extras import install


def protect(pdf: bytes, password: str) -> bytes:
    """Return the PDF encrypted with the password (revision 6). Raises ValueError where that cannot be done."""
    try:
        import pikepdf
    except ModuleNotFoundError:
        raise ValueError(f"the package pikepdf is not installed: {install('pdf-protect')}") from None

    if not password:
        raise ValueError("the password is empty")
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            document.save(out, encryption=pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6))
    except pikepdf.PdfError as error:
        raise ValueError(str(error)) from error
    return out.getvalue()
