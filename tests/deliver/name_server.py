"""Takes records, gives a real name server on loopback that answers with them: by UDP, and by TCP what is too long."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

#: What a name may have in place of records.
SERVFAIL, SILENCE, GARBAGE = "SERVFAIL", "SILENCE", "GARBAGE"
#: RFC 1035 §4.2.1.
MOST_OCTETS = 512


@dataclass
class Zone:
    """What the server knows.

    Attributes:
        records: name → kind → records as in a zone file, or how it misbehaves.
        asked: (name, kind, whether by TCP).
    """

    records: dict[str, dict[str, list[str]] | str] = field(default_factory=dict)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    def answer(self, wire: bytes, *, by_tcp: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, by_tcp))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        known = self.records.get(name)
        if known == SILENCE:
            return None
        if known == GARBAGE:
            return b"\x00" * 40
        if known == SERVFAIL:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif not isinstance(known, dict):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            self._fill(reply, name, kind, known)
        octets = reply.to_wire()
        if len(octets) > MOST_OCTETS and not by_tcp:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()
        return octets

    def _fill(self, reply: dns.message.Message, name: str, kind: str, known: dict[str, list[str]]) -> None:
        if "CNAME" in known:
            target = known["CNAME"][0]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", target))
            name, found = target.rstrip("."), self.records.get(target.rstrip("."), {})
            known = found if isinstance(found, dict) else {}
        if kind in known:
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *known[kind]))


@contextmanager
def serving(zone: Zone) -> Iterator[int]:
    """Gives the port, the same for both."""
    with socket.create_server(("127.0.0.1", 0)) as by_tcp, socket.socket(type=socket.SOCK_DGRAM) as by_udp:
        port: int = by_tcp.getsockname()[1]
        by_udp.bind(("127.0.0.1", port))
        threads = [Thread(target=_udp, args=(by_udp, zone)), Thread(target=_tcp, args=(by_tcp, zone))]
        for thread in threads:
            thread.start()
        try:
            yield port
        finally:
            with socket.socket(type=socket.SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", port))
            by_tcp.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(timeout=10)


def _udp(sock: socket.socket, zone: Zone) -> None:
    while True:
        wire, guest = sock.recvfrom(4096)
        if not wire:
            return
        answer = zone.answer(wire, by_tcp=False)
        if answer is not None:
            sock.sendto(answer, guest)


def _tcp(listening: socket.socket, zone: Zone) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, suppress(OSError), connection.makefile("rwb") as stream:
            (length,) = struct.unpack("!H", stream.read(2))
            answer = zone.answer(stream.read(length), by_tcp=True)
            if answer is not None:
                stream.write(struct.pack("!H", len(answer)) + answer)
                stream.flush()
