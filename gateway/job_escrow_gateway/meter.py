"""How many tokens of an answer its client has got: what is charged."""

import hashlib
from collections import defaultdict

from job_escrow_gateway.source import Piece, Usage, text_of
from job_escrow_gateway.tally import Count, Tally


class Meter:
    """Counts pieces as they are handed over; never more than was reserved.

    The model's own usage counts. Where that comes with the last part only, and the answer breaks off before, the
    tokenizer counts what was said; without one each part counts as a token, since no model sends less in one. Tokens of
    the prompt are the model's to count: nothing is charged for them.
    """

    def __init__(self, count: Count | None, *, most: int) -> None:
        self._count = count
        self._most = most
        self._texts: defaultdict[int, list[str]] = defaultdict(list)
        self._tallies: dict[int, Tally] = {}
        self._parts = 0
        self._total: Usage | None = None
        self._joint: Usage | None = None
        self._running: dict[int, Usage] = {}
        self._final: Usage | None = None
        self._sha256 = ""

    @property
    def is_full(self) -> bool:
        """Whether as many parts or tokens were handed over as were reserved: a model that goes on ignores the limit."""
        known = self._known
        return max(self._parts, known.completion_tokens if known else 0) >= self._most

    def exceeds(self, piece: Piece) -> bool:
        """Whether an answer in one piece has more than was reserved: by its usage, or else by the tokenizer's count."""
        if piece.usage is not None:
            return piece.usage.completion_tokens > self._most
        if self._count is None:
            return False
        tokens = 0
        for choice in piece.choices:
            tally = Tally(self._count)
            tally.add(text_of(choice))
            tokens += tally.tokens
        return tokens > self._most

    def add(self, piece: Piece) -> None:
        """A piece is handed over."""
        self.note(piece)
        if not piece.says_something:
            return
        self._parts += 1
        for choice in piece.choices:
            index, text = choice.get("index", 0), text_of(choice)
            self._texts[index].append(text)
            if self._count is not None:
                self._tallies.setdefault(index, Tally(self._count)).add(text)

    def note(self, piece: Piece) -> None:
        """What a piece tells: with one choice, that choice's usage so far, as vLLM has it; with none, that of all."""
        if piece.usage is None:
            return
        if not piece.choices:
            self._total = piece.usage
        elif len(piece.choices) == 1:
            self._running[piece.choices[0].get("index", 0)] = piece.usage
        else:
            self._joint = piece.usage

    def close(self) -> None:
        """Nothing more is handed over: the texts are not kept here."""
        self._sha256, self._final = self.sha256, self.usage
        self._texts.clear()
        self._tallies.clear()

    @property
    def units(self) -> int:
        """Tokens to charge."""
        return min(self.usage.completion_tokens, self._most)

    @property
    def usage(self) -> Usage:
        """Tokens of the prompt, 0 where the model does not count them, and of what was handed over."""
        if self._final is not None:
            return self._final
        known = self._known
        if known is not None:
            return known
        tokens = self._parts if self._count is None else sum(each.tokens for each in self._tallies.values())
        return Usage(prompt_tokens=0, completion_tokens=min(tokens, self._most))

    @property
    def sha256(self) -> str:
        """Of what was handed over: the choices' texts in their order, in UTF-8."""
        if self._sha256:
            return self._sha256
        text = "".join("".join(parts) for _, parts in sorted(self._texts.items()))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    @property
    def _known(self) -> Usage | None:
        """What the model has counted so far."""
        if self._total is not None:
            return self._total
        running = list(self._running.values())
        if not running:
            return self._joint
        tokens = sum(each.completion_tokens for each in running)
        return Usage(
            prompt_tokens=max(each.prompt_tokens for each in running),
            completion_tokens=max(tokens, self._joint.completion_tokens if self._joint else 0),
        )
