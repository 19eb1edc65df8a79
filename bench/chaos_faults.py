"""What goes wrong on the platform in a storm."""

from typing import Any

from bench.chaos_report import Orders

# The kinds of faults, which share the calls that fail between them.
KINDS: tuple[dict[str, Any], ...] = (
    {"errcode": -1},
    {"http_status": 500},
    {"delay_ms": 1500},
    {"drop": "before"},
    {"drop": "after"},
)
# What the platform counts of them; a delay and a line that breaks after the work leave no trace there.
COUNTED = ("-1", "http 500", "dropped")


def faults(orders: Orders) -> list[dict[str, Any]]:
    """The orders for the platform: each kind hits its share of all calls, by dice of its own."""
    share = orders.faults / len(KINDS)
    return [
        {"path": "*", "rate": share, "seed": orders.seed * 100 + number, **kind} for number, kind in enumerate(KINDS)
    ]
