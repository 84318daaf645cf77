"""Takes the PEM text of a private key, gives the key that signs mail, or says why nobody would trust it.

Next: briefing/config/mail.py, which names the line of the config that it came from.
"""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
#: RFC 8301 §3.2: signers should use 2048; Gmail refuses less than 1024.
LEAST_RSA_BITS = 2048

_HOW = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes a good one"


def read_private_key(pem: str) -> PrivateKey:
    """The key of one of the two kinds that DKIM knows (RFC 6376, RFC 8463).

    Raises:
        ValueError: it is something else; the message never shows any of it.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except TypeError as error:
        raise ValueError(
            "the key is locked with a pass phrase; openssl pkey -in KEY -out UNLOCKED removes it"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"there is no private key in PEM form; {_HOW}") from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= LEAST_RSA_BITS:
        return key
    wrong = "is neither RSA nor Ed25519, the kinds that mail is signed with"
    if isinstance(key, RSAPrivateKey):
        wrong = f"has only {key.key_size} bits, too few to be trusted"
    raise ValueError(f"the key {wrong}; {_HOW}")
