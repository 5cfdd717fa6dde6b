"""`{% vite %}`: the tags of the built front end, by the manifest that the build leaves."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

ENTRY = "src/main.tsx"
MANIFEST = Path(__file__).parent.parent / "static" / "app" / "manifest.json"

Manifest = dict[str, dict[str, Any]]


@register.simple_tag
def vite() -> SafeString:
    """One module script, the style sheets that it and its imports need, and those imports ahead of time."""
    found = manifest()
    if ENTRY not in found:
        return format_html("<p>The front end is not built yet: run <code>{}</code>.</p>", "make run")
    chunks = list(with_imports(found, ENTRY))
    sheets = dict.fromkeys(sheet for chunk in chunks for sheet in chunk.get("css", []))
    return (
        format_html_join("", '<link rel="stylesheet" href="{}">', ((_url(sheet),) for sheet in sheets))
        + format_html_join(
            "", '<link rel="modulepreload" href="{}">', ((_url(each["file"]),) for each in chunks[1:])
        )
        + format_html('<script type="module" src="{}"></script>', _url(chunks[0]["file"]))
    )


def with_imports(chunks: Manifest, name: str, seen: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """A chunk and all that come with it at once."""
    seen = set() if seen is None else seen
    seen.add(name)
    yield chunks[name]
    for other in chunks[name].get("imports", []):
        if other not in seen:
            yield from with_imports(chunks, other, seen)


def _url(file: str) -> str:
    return static(f"app/{file}")


def manifest() -> Manifest:
    """Read anew when the build has changed it, so that no restart is needed."""
    try:
        changed = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(changed)


@cache
def _read(changed: int) -> Manifest:
    found: Manifest = json.loads(MANIFEST.read_text())
    return found
