"""How many tokens of an answer its client has got: what is charged."""

import hashlib
from collections import defaultdict
from collections.abc import Callable

from job_escrow_gateway.source import Piece, Usage, text_of

Count = Callable[[str], int]
"""How many tokens a text has."""


class Meter:
    """Counts pieces as they are handed over; never more than was reserved.

    The model's own usage counts. Where that comes with the last part only, and the answer breaks off before, the
    tokenizer counts what was said; without one each part counts as a token, since no model sends less in one.
    """

    def __init__(self, count: Count | None, *, most: int, prompt: str) -> None:
        self._count = count
        self._most = most
        self._prompt = prompt
        self._texts: defaultdict[int, list[str]] = defaultdict(list)
        self._parts = 0
        self._usage: Usage | None = None
        self._sha256 = ""

    @property
    def is_full(self) -> bool:
        """Whether as many parts were handed over as tokens were reserved: a model that goes on ignores the limit."""
        return self._parts >= self._most

    def add(self, piece: Piece) -> None:
        """A piece is handed over."""
        self._usage = piece.usage
        if not piece.says_something:
            return
        self._parts += 1
        for choice in piece.choices:
            self._texts[choice.get("index", 0)].append(text_of(choice))

    def finish(self, usage: Usage | None) -> None:
        """All of the answer was handed over; the model counts it so."""
        self._usage = usage or self._usage

    def close(self) -> None:
        """Nothing more is handed over: the texts are not kept here."""
        self._sha256, self._usage = self.sha256, self.usage
        self._texts.clear()
        self._prompt = ""

    @property
    def units(self) -> int:
        """Tokens to charge."""
        return min(self.usage.completion_tokens, self._most)

    @property
    def usage(self) -> Usage:
        """Tokens of the prompt, 0 where nobody counts them, and of what was handed over."""
        if self._usage is not None:
            return self._usage
        if self._count is None:
            return Usage(prompt_tokens=0, completion_tokens=min(self._parts, self._most))
        # Each choice as a whole: tokens of parts are not those of the text.
        tokens = sum(self._count("".join(parts)) for parts in self._texts.values())
        return Usage(prompt_tokens=self._count(self._prompt), completion_tokens=min(tokens, self._most))

    @property
    def sha256(self) -> str:
        """Of what was handed over: the choices' texts in their order, in UTF-8."""
        if self._sha256:
            return self._sha256
        text = "".join("".join(parts) for _, parts in sorted(self._texts.items()))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
