"""What was handed over, for whoever asks for it again: the texts of a choice are kept together, as one part."""

from collections.abc import Iterator
from typing import Any

from job_escrow_gateway.source import Piece

_TEXT = ("role", "content")


class Delivered:
    """The parts in their order. What follows on a text of the same choice is added to it."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._texts: dict[int, dict[str, Any]] = {}
        self.size = 0

    def add(self, piece: Piece) -> None:
        """Keep a part."""
        for choice in piece.choices:
            index = choice.get("index", 0)
            text = _text_alone(choice)
            known = self._texts.get(index)
            if text is not None and known is not None:
                known["content"] = (known.get("content") or "") + text
                self.size += len(text)
                continue
            kept = choice | ({"delta": dict(choice["delta"])} if text is not None else {})
            self._pieces.append(Piece(choices=[kept]))
            self.size += len(str(kept))
            if text is None:
                # What comes after a call of a tool stays after it.
                self._texts.pop(index, None)
            else:
                self._texts[index] = kept["delta"]

    def __iter__(self) -> Iterator[Piece]:
        return iter(list(self._pieces))

    def __len__(self) -> int:
        return len(self._pieces)


def _text_alone(choice: dict[str, Any]) -> str | None:
    """The text of a choice that has nothing besides."""
    delta = choice.get("delta")
    if not isinstance(delta, dict) or choice.get("logprobs") or any(name not in _TEXT for name in delta):
        return None
    text = delta.get("content") or ""
    return text if isinstance(text, str) else None
