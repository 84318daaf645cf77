"""Keys that sign the mail of the tests, made anew for each run, and the DNS records that belong to them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from briefing.model.mail_rules import DkimKey

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Private, *, phrase: bytes = b"") -> str:
    locked = BestAvailableEncryption(phrase) if phrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked).decode()


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True, kw_only=True)
class Published:
    """A key and what stands in the DNS for it."""

    key: DkimKey
    record: str

    @property
    def place(self) -> str:
        return f"{self.key.selector}._domainkey.{self.key.domain}"


def rsa_published(domain: str = "news.example") -> Published:
    public = rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = DkimKey(domain=domain, selector="rsa1", private=pem(rsa_key()))
    return Published(key=key, record=f"v=DKIM1; k=rsa; p={b64encode(public).decode()}")


def ed25519_published(domain: str = "news.example") -> Published:
    public = ed25519_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = DkimKey(domain=domain, selector="ed1", private=pem(ed25519_key()))
    return Published(key=key, record=f"v=DKIM1; k=ed25519; p={b64encode(public).decode()}")
