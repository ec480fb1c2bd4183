"""OpenAI's parameters, and vLLM's of sampling: all others are refused; null is as good as absent.

What nobody here knows may be another name for the most tokens, such as llama.cpp's `n_predict`.
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
    "logit_bias": ({},),
    "verbosity": ("medium",),
    "stop_token_ids": ([],),
    "include_stop_str_in_output": (False,),
    "structured_outputs": (),
    "guided_json": (),
    "guided_regex": (),
    "guided_choice": (),
    "guided_grammar": (),
}
"""What the example model does not do, besides. An upstream is given all of these."""


_HONOURED = frozenset({
    "messages", "model", "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens",
    "metadata", "n", "parallel_tool_calls", "presence_penalty", "prompt_cache_key", "prompt_cache_options",
    "prompt_cache_retention", "reasoning_effort", "safety_identifier", "seed", "stop", "stream", "stream_options",
    "temperature", "top_logprobs", "top_p", "user", "verbosity",
    # vLLM's, and others' who have taken them over.
    "chat_template_kwargs", "min_p", "repetition_penalty", "top_k",
})  # fmt: skip
_KNOWN = _HONOURED | set(ANY_MODEL) | set(EXAMPLE_MODEL)


class NotTaken(Exception):
    """A request that is refused before it costs anything; `param` names what is wrong with it."""

    def __init__(self, message: str, param: str | None, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


def require_known(given: Mapping[str, Any]) -> None:
    """Raises NotTaken where a parameter has a name that is not known here."""
    for name in given:
        if name not in _KNOWN:
            raise NotTaken(f"{name} is not known here: leave it out", name, "unknown_parameter")


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
