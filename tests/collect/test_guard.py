from __future__ import annotations

from ipaddress import ip_address

import pytest

from briefing.collect.guard import is_public


@pytest.mark.parametrize("ip", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_the_internet_at_large_is_public(ip: str) -> None:
    assert is_public(ip_address(ip))


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.8.8.8", "169.254.169.254", "172.31.255.255"),
        *("192.168.1.1", "198.18.0.1", "224.0.0.251", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b:1::a00:1"),
        *("2002:a00:1::", "2002:808:808::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1"),
    ],
)
def test_what_lies_inside_is_not_however_it_is_written(ip: str) -> None:
    assert not is_public(ip_address(ip))
