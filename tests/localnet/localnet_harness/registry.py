"""Where the conformance suite's requests are collected."""

from collections.abc import Callable
from typing import Any

from localnet_harness import builders as b
from localnet_harness.story import Story

Answer = dict[str, Any]
Case = Callable[[Story], Answer]
"""A request to make of a node after the story; gives its answer."""
Params = Callable[[Story], list[object]]

CASES: dict[str, Case] = {}
CONFIRMED: dict[str, object] = {"commitment": "confirmed"}
NOBODY = str(b.key("nobody").pubkey())


def ask(name: str, method: str, *params: object) -> None:
    """A request that is the same on every node."""
    CASES[name] = lambda story: story.node.answer(method, *params)


def ask_of(name: str, method: str, params: Params) -> None:
    """A request whose parameters come from the story."""
    CASES[name] = lambda story: story.node.answer(method, *params(story))


def case(name: str) -> Callable[[Case], Case]:
    """Register a request that needs more than parameters."""

    def register(function: Case) -> Case:
        CASES[name] = function
        return function

    return register
