"""OpenAI's parameters, and vLLM's, that are taken with certain values only; null is as good as absent.

All others are honoured, or change neither the cost nor the meaning.
"""

import json
from collections.abc import Mapping
from typing import Any

Table = Mapping[str, tuple[Any, ...]]

ANY_MODEL: Table = {
    # More tokens than max_tokens says.
    "best_of": (1,),
    "use_beam_search": (False,),
    "prediction": (),
    # Another price.
    "service_tier": ("auto", "default"),
    "web_search_options": (),
    "modalities": (["text"],),
    "audio": (),
    # It could be fetched later.
    "store": (False,),
}
"""What no model behind a gateway takes: a customer could not be charged for it as it was asked for."""

EXAMPLE_MODEL: Table = {
    # More tokens than max_tokens says, or tokens that nobody reads.
    "n": (1,),
    "reasoning_effort": ("none",),
    "min_tokens": (0,),
    "ignore_eos": (False,),
    # Another answer.
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "prompt_logprobs": (0,),
    "logit_bias": ({},),
    "verbosity": ("medium",),
    "stop_token_ids": ([],),
    "include_stop_str_in_output": (False,),
    "structured_outputs": (),
    "guided_json": (),
    "guided_regex": (),
    "guided_choice": (),
    "guided_grammar": (),
    "echo": (False,),
}
"""What the example model does not do, besides. An upstream is given all of these."""


class NotTaken(Exception):
    """A request that is refused before it costs anything; `param` names what is wrong with it."""

    def __init__(self, message: str, param: str | None, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


def require_taken(given: Mapping[str, Any], table: Table) -> None:
    """Raises NotTaken where a parameter asks for what is not done."""
    for name, taken in table.items():
        if given.get(name) is not None and not any(_same(given[name], each) for each in taken):
            only = " or ".join(json.dumps(each) for each in taken)
            remedy = f"give {only}, or leave it out" if only else "leave it out"
            raise NotTaken(f"{name} is not supported here: {remedy}", name, "unsupported_parameter")


def _same(given: Any, taken: Any) -> bool:
    # Of the same type: true is no 1.
    return type(given) is type(taken) and bool(given == taken)
