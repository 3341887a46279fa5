"""Who asks: what the address of a client is counted under."""

from ipaddress import IPv6Address, ip_address, ip_network

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
