"""What a visitor's browser fetches before the first key."""

import gzip

from ide.templatetags import vite

MOST_BYTES = 400_000


def test_the_scripts_before_the_first_key_are_light() -> None:
    """Terminal and panes come when asked for; a static import of them would show here."""
    manifest = vite.manifest()
    assert vite.ENTRY in manifest, "the front end is not built: run make check"
    folder = vite.MANIFEST.parent
    scripts = [folder / chunk["file"] for chunk in vite.with_imports(manifest, vite.ENTRY)]
    sizes = {script.name: len(gzip.compress(script.read_bytes())) for script in scripts}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
