"""Minimum-cost assignment: who gets which slot when everybody is considered together. Integer costs only."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

from networkx import MultiDiGraph
from networkx.algorithms.flow.networksimplex import network_simplex

FAIRNESS = 5
"""What each appointment more makes the next one of the same conseiller, that day, cost."""
Group = tuple[int, date]
"""A conseiller's day."""
_SINK = "sink"


def cheapest(
    costs: Sequence[Mapping[int, int]], groups: Sequence[Group], loads: Mapping[Group, int]
) -> list[int | None]:
    """For each person the number of their slot, or None. As many as can be are kept; among these, the least cost.

    `costs`: for each person, what each slot that suits them costs. `groups`: for each slot, whose day it is a part
    of; the n-th of a group costs n times the fairness more, `loads` being what each group has already.
    """
    if not any(costs):
        return [None] * len(costs)
    _, flows = network_simplex(_network(costs, groups, loads))
    return [_slot_of(flows[("person", person)]) for person in range(len(costs))]


def load_cost(load: int) -> int:
    """Of one more appointment for whoever has so many that day."""
    return FAIRNESS * (load + 1)


def _network(costs: Sequence[Mapping[int, int]], groups: Sequence[Group], loads: Mapping[Group, int]) -> MultiDiGraph:
    network = MultiDiGraph()
    network.add_node(_SINK, demand=len(costs))
    dearest = max(max(own.values(), default=0) for own in costs)
    heaviest = load_cost(max(loads.values(), default=0) + len(groups))
    nobody = 1 + len(costs) * (dearest + heaviest)
    for person, own in enumerate(costs):
        node = ("person", person)
        network.add_node(node, demand=-1)
        network.add_edge(node, _SINK, capacity=1, weight=nobody)
        network.add_edges_from((node, ("slot", slot), {"capacity": 1, "weight": cost}) for slot, cost in own.items())
    _join_groups(network, sorted({slot for own in costs for slot in own}), groups, loads)
    return network


def _join_groups(
    network: MultiDiGraph, slots: Sequence[int], groups: Sequence[Group], loads: Mapping[Group, int]
) -> None:
    """Each slot is given once; the arcs from a group cost more and more, so that the flow uses them in order."""
    sizes: dict[Group, int] = {}
    for slot in slots:
        group = groups[slot]
        taken = sizes[group] = sizes.get(group, -1) + 1
        network.add_edge(("slot", slot), ("group", group), capacity=1, weight=0)
        weight = load_cost(loads.get(group, 0) + taken)
        network.add_edge(("group", group), _SINK, capacity=1, weight=weight)


def _slot_of(flows: Mapping[Hashable, Mapping[int, int]]) -> int | None:
    for node, parallel in flows.items():
        if node != _SINK and isinstance(node, tuple) and any(parallel.values()):
            return int(node[1])
    return None
