"""The rounds: every peer takes its turn in each, so that all meet the same weather."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median

from .peers import Peer
from .running import Running

Figures = dict[str, dict[str, list[float]]]  # peer, measure, one figure per round
Tell = Callable[[str], None]

# What is asked of each peer, in this order: reads first, as writes can break a peer for good.
LOADS = (("GET, 1 connection", "read", 1), ("GET, 8 connections", "read", 8))
WRITES = (("POST, 8 connections", "write", 8),)


def measure(peers: Sequence[Peer], rounds: int, seconds: float, tell: Tell) -> Figures:
    """Start-up, rates, server time per request, errors and memory of each peer, by round."""
    figures: Figures = {peer.name: defaultdict(list) for peer in peers}
    for number in range(rounds):
        tell(f"start-up, round {number + 1} of {rounds}")
        for peer in peers:
            with Running(peer) as running:
                figures[peer.name]["start-up, ms"].append(running.started * 1000)
    with ExitStack() as stack:
        running = [stack.enter_context(Running(peer)) for peer in peers]
        for loads in (LOADS, WRITES):
            for number in range(rounds):
                tell(f"{loads[0][0].partition(',')[0]}, round {number + 1} of {rounds}")
                for label, kind, connections in loads:
                    for each in running:
                        _load(each, label, kind, connections, seconds, figures[each.peer.name])
        for each in running:
            memory = each.memory()
            if memory is not None:
                figures[each.peer.name]["memory after load, MB"].append(memory)
    return figures


def _load(
    running: Running,
    label: str,
    kind: str,
    connections: int,
    seconds: float,
    figures: dict[str, list[float]],
) -> None:
    request = getattr(running.peer, kind)
    if request is None:
        return
    answered = running.load(request, connections, seconds)
    good = sum(n for status, n in answered["statuses"].items() if status < "400")
    everything = sum(answered["statuses"].values())
    figures[f"{label}, good/s"].append(good / answered["seconds"])
    figures[f"{label}, errors"].append(everything - good)
    figures[f"{label}, p50 us"].append(median(answered["latencies"]))
    figures[f"{label}, p99 us"].append(answered["latencies"][everything * 99 // 100])
    if answered["cpu"] is not None:
        figures[f"{label}, server us"].append(answered["cpu"] / everything * 1e6)
