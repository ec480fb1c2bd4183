"""A node's answer as a whole, unless it is longer than any that is asked for: it does not grow without end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

MOST_BYTES = 1 << 29
"""The most that is read of an answer: more than a million accounts need."""


class AnswerTooLong(ValueError):
    """The node sends more than anybody has asked for."""


async def whole(response: "httpx2.Response", most_bytes: int) -> bytes:
    """The body of a streamed answer, decompressed, of at most so many bytes.

    Raises AnswerTooLong, and httpx2.HTTPError as reading does.
    """
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > most_bytes:
            raise AnswerTooLong(f"it is longer than {most_bytes:,} bytes")
        parts.append(part)
    return b"".join(parts)
