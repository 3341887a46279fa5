"""Who asks: what the address of a client is counted under."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

UNKNOWN = "unknown"  # a socket without an address
HOME = 64  # bits of an IPv6 address that one customer of a provider has; the rest are his to choose


def key_of(host: str) -> str:
    """The address; of IPv6 its network. A name that is no address is as good as one."""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:100] or UNKNOWN
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, HOME), strict=False))


def client_of(scope: Mapping[str, Any]) -> str:
    """Of a request. Behind a trusted proxy, uvicorn has read the address from X-Forwarded-For; others write there what
    they like."""
    return key_of((scope.get("client") or [UNKNOWN])[0])
