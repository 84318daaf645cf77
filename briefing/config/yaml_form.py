"""Takes plain values, gives the YAML that stands for them and for nothing else: quoted only where it must be.

Next: briefing/config/yaml_tree.py, which says where it belongs.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a program writes into a config.
Scalar = str | int | float | bool

QUOTE = '"'

#: A word or several that no reader of YAML takes for anything but text, wherever they stand.
_PLAIN = re.compile(r"[^\W\d_](?:[\w '’.&+/-]*[\w.+])?")
#: YAML 1.1, which many editors still speak, takes these for truth and nothing (https://yaml.org/type/bool.html).
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def scalar(value: Scalar, *, quote: str = "") -> str:
    """One value on one line.

    Args:
        quote: the sign its neighbours stand in; "" leaves text bare where it can be.
    """
    if not isinstance(value, str):
        return json.dumps(value)
    if not quote and _PLAIN.fullmatch(value) and value.casefold() not in _NOT_TEXT:
        return value
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def flow(value: Scalar | Sequence[Any] | Mapping[str, Any], *, quote: str = "") -> str:
    """A value in flow style: on one line, lists in brackets, mappings in braces.

    Args:
        quote: a double quote sets keys in quotes as well, so that a file in JSON stays one.
    """
    if isinstance(value, str | int | float):
        return scalar(value, quote=quote)
    if isinstance(value, dict):
        return "{" + ", ".join(pair(key, inner, quote=quote) for key, inner in value.items()) + "}"
    return "[" + ", ".join(flow(inner, quote=quote) for inner in value) + "]"


def pair(key: str, value: Scalar | Sequence[Any] | Mapping[str, Any], *, quote: str = "") -> str:
    """A key and its value; see `flow`."""
    return f"{scalar(key, quote=quote if quote == QUOTE else '')}: {flow(value, quote=quote)}"


def _escaped(letter: str) -> str:
    """A letter between double quotes; JSON's escapes would write one beyond U+FFFF as two, which YAML does not join."""
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
