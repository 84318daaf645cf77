"""Takes a message and the published keys, gives what OpenDKIM makes of its signatures: a second opinion beside dkimpy.

No name is looked up: the keys stand in a file, as they would in the DNS.

Next: tests/system/test_story.py.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 30
#: The header it would add for the reader's mail program, in which each signature has its line.
_VERDICT = re.compile(r"dkim=(\w+)[^;]*?header\.s=([^\s;]+)")


def opendkim_verdicts(message: bytes, keys: Mapping[str, str]) -> dict[str, str]:
    """What it says of each signature, by selector: "pass", "fail" and so on; empty for a message without any.

    Args:
        message: with CRLF line ends.
        keys: name in the DNS, such as `july._domainkey.mail.example`, and the text published there.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys").write_text("".join(f"{key} {text}\n" for key, text in keys.items()))
        (folder / "conf").write_text(f"Mode v\nTestPublicKeys {folder}/keys\n")
        (folder / "message").write_bytes(message)
        ended = subprocess.run(
            ["/usr/sbin/opendkim", "-x", f"{folder}/conf", "-t", f"{folder}/message", "-vv"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    return {selector: verdict for verdict, selector in _VERDICT.findall(ended.stdout)}
