"""What sessions were opened with, as Redis holds it. One that cannot be read is in nobody's way."""

from functools import lru_cache

from sandbox.messages import DecodeError, Opening, decode_opening


@lru_cache(maxsize=4096)
def opening_of(data: bytes | None) -> Opening | None:
    """None where there is none, or none of ours: the session's next relay ends it."""
    try:
        return decode_opening(data) if data else None
    except DecodeError:
        return None
