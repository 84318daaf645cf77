"""Takes a folder that all may enter, gives a private Dovecot on loopback: one account, its letters in a Maildir."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
IS_THERE = Path(DOVECOT).exists()
HOW_TO_GET_IT = "needs Dovecot: apt-get install --no-install-recommends dovecot-imapd"
PASSWORD = 'p wörd"\\'
USER = "bounces@mail.example"

_CONFIG = """\
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
ssl = {ssl}
{keys}
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:{maildir}
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""


@dataclass(frozen=True)
class Running:
    """Says where the server listens and where its letters lie."""

    port: int
    tls_port: int
    maildir: Path
    certificate: Path


@contextmanager
def dovecot(folder: Path) -> Iterator[Running]:
    """Runs a server while the block does; its certificate is for "localhost" and nobody has signed it."""
    user = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
    ports = [free_port(), free_port()]
    maildir, certificate = folder / "home" / "Maildir", folder / "cert.pem"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    if os.geteuid() == 0:  # Dovecot opens no mail as root
        for made in (maildir.parent, maildir, *maildir.iterdir()):
            os.chown(made, user.pw_uid, user.pw_gid)
    _make_certificate(certificate, folder / "key.pem")
    (folder / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            run=folder / "run",
            folder=folder,
            maildir=maildir,
            user=user.pw_name,
            group="nogroup" if os.geteuid() == 0 else user.pw_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            ssl="yes",
            keys=f"ssl_cert = <{certificate}\nssl_key = <{folder}/key.pem",
            port=ports[0],
            tls_port=ports[1],
        )
    )
    with (folder / "started.log").open("wb") as log:
        server = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stdout=log, stderr=log)
        try:
            _await(ports[0], server, folder)
            yield Running(port=ports[0], tls_port=ports[1], maildir=maildir, certificate=certificate)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _await(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    patience = time.monotonic() + 20
    while time.monotonic() < patience and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(64).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    logs = [file.read_text("utf-8", "replace") for file in folder.glob("*.log")]
    raise AssertionError("Dovecot does not start:\n" + "\n".join(logs))


def _make_certificate(certificate: Path, key: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
