"""Readers of environment variables; every one takes `X` or a file named by `X_FILE`."""

import os
import secrets
from pathlib import Path

from sandbox.config import read as text

__all__ = ["flag", "names", "number", "secret", "text"]

TRUE = {"1", "true", "yes", "on"}


def flag(name: str, default: bool) -> bool:
    return text(name, str(int(default))).lower() in TRUE


def number(name: str, default: int) -> int:
    return int(text(name, str(default)))


def names(name: str, default: str) -> list[str]:
    """A comma-separated list, without empty items."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def secret(name: str, keep: Path) -> str:
    """The secret from the environment, else one of this installation's own, made once and kept in `keep`."""
    given = text(name, "")
    if given:
        return given
    keep.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(keep, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return keep.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(value := secrets.token_urlsafe(48))
    return value
