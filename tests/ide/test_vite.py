import json
from pathlib import Path

import pytest

from ide.templatetags import vite

MANIFEST = {
    "src/main.tsx": {"file": "assets/main-1.js", "css": ["assets/main-2.css"], "imports": ["_shared.js"]},
    "_shared.js": {"file": "assets/shared-3.js", "css": ["assets/shared-4.css"], "imports": ["src/main.tsx"]},
    "src/terminal.ts": {"file": "assets/terminal-5.js", "isDynamicEntry": True},
}


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(vite, "MANIFEST", path)
    return path


def test_the_entry_comes_with_its_sheets_and_imports_and_nothing_that_waits(manifest: Path) -> None:
    manifest.write_text(json.dumps(MANIFEST))
    html = vite.vite()
    assert '<script type="module" src="/static/app/assets/main-1.js"></script>' in html
    assert '<link rel="stylesheet" href="/static/app/assets/main-2.css">' in html
    assert '<link rel="stylesheet" href="/static/app/assets/shared-4.css">' in html
    assert '<link rel="modulepreload" href="/static/app/assets/shared-3.js">' in html
    assert html.count("main-1.js") == 1
    assert "terminal" not in html


def test_a_missing_build_says_what_to_do(manifest: Path) -> None:
    assert "make run" in vite.vite()


def test_a_new_build_is_seen_without_a_restart(manifest: Path) -> None:
    manifest.write_text(json.dumps({"src/main.tsx": {"file": "assets/old.js"}}))
    assert "old.js" in vite.vite()
    manifest.write_text(json.dumps({"src/main.tsx": {"file": "assets/new.js"}}))
    assert "new.js" in vite.vite()
