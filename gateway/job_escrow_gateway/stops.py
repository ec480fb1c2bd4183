"""Stop sequences: a text that comes in parts ends before the first of them."""

from collections.abc import Sequence


class Stops:
    """Hands parts on, but for what may be the begin of a sequence: that waits for the next part."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = sequences
        self._held = ""
        self.found = False

    def take(self, part: str) -> str:
        """What can be handed on now."""
        text = self._held + part
        places = [place for each in self._sequences if (place := text.find(each)) >= 0]
        if places:
            self.found, self._held = True, ""
            return text[: min(places)]
        kept = len(text) - self._longest_begin(text)
        self._held = text[kept:]
        return text[:kept]

    def rest(self) -> str:
        """What waited, where no part comes any more."""
        text, self._held = self._held, ""
        return text

    def _longest_begin(self, text: str) -> int:
        lengths = (size for each in self._sequences for size in range(1, len(each)) if text.endswith(each[:size]))
        return max(lengths, default=0)
