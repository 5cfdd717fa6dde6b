"""The workspace's files: what the manifest says, with the editors' texts over it."""

import asyncio
import hashlib
from collections.abc import Mapping

from sandbox.agent.tree import Stamp, Tree, problem


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Files:
    """Knows every tracked file's contents, and puts them in place.

    `generation` rises with each change, so that a load knows whether it is still the latest.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._manifest: dict[str, str] = {}
        self._texts: dict[str, str] = {}  # hashes of the editors' texts, by path
        self._contents: dict[str, bytes] = {}  # by hash
        self._lost: set[str] = set()
        self._placed: dict[str, tuple[bytes, Stamp]] = {}
        self._changed = asyncio.Event()  # another one after each change
        self.versions: dict[str, int] = {}
        self.generation = 0

    # --- what is said ---------------------------------------------------------------------------------------

    def sync(self, manifest: dict[str, str]) -> None:
        """The tracked files are exactly these. Raises ValueError with a sentence about a bad path."""
        for path in manifest:
            if reason := problem(path):
                raise ValueError(reason)
        before = self._effective()
        self._manifest = dict(manifest)
        self._lost.clear()
        self._settle(before)

    def edit(self, path: str, version: int, text: str) -> None:
        """An editor's text. Raises ValueError with a sentence about a bad path."""
        if reason := problem(path):
            raise ValueError(reason)
        content = text.encode(errors="replace")
        before = self._effective()
        self.versions[path] = version
        self._texts[path] = sha256(content)
        self._contents[self._texts[path]] = content
        self._settle(before)

    def close(self, path: str) -> None:
        before = self._effective()
        self.versions.pop(path, None)
        self._texts.pop(path, None)
        self._settle(before)

    def _effective(self) -> dict[str, str]:
        """What a load sees: the hash of each file's contents."""
        return self._manifest | self._texts

    def _settle(self, before: dict[str, str]) -> None:
        after = self._effective()
        if after != before:
            self.generation += 1
        wanted = {*self._manifest.values(), *self._texts.values()}
        self._contents = {key: value for key, value in self._contents.items() if key in wanted}
        self._notify()

    def supply(self, key: str, content: bytes | None) -> None:
        """A blob came, or nobody has it. One that does not have its hash counts as lost."""
        if content is not None and sha256(content) == key:
            self._contents[key] = content
        else:
            self._lost.add(key)
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def put(self, texts: Mapping[str, bytes]) -> None:
        """Other contents for a while: the next `place` puts the files' own back. Raises OSError."""
        for path, content in texts.items():
            self._placed[path] = content, self._tree.put(path, content)

    # --- what is known --------------------------------------------------------------------------------------

    def missing(self) -> list[str]:
        """Hashes whose contents must still come."""
        return sorted(set(self._effective().values()) - self._contents.keys() - self._lost)

    async def arrived(self, path: str | None) -> None:
        """Wait while contents must still come: the file's, or any."""
        while (missing := self.missing()) and (path is None or self._effective().get(path) in missing):
            await self._changed.wait()

    def lost(self) -> list[str]:
        """Tracked files whose contents nobody has."""
        return [path for path, key in self._effective().items() if key in self._lost]

    def contents(self) -> dict[str, bytes]:
        """Every tracked or open file, as the next load should see it."""
        return {path: self._contents[key] for path, key in self._effective().items() if key in self._contents}

    def placed(self, path: str) -> bytes | None:
        """What was last put in place there."""
        known = self._placed.get(path)
        return known[0] if known else None

    # --- doing ----------------------------------------------------------------------------------------------

    def place(self) -> None:
        """Make the folder agree: files that a program changed are put back, files no longer tracked removed.

        Raises OSError, as when the disk is full.
        """
        contents = self.contents()
        for path in self._placed.keys() - contents.keys():
            self._tree.remove(path)
            del self._placed[path]
        for path, content in contents.items():
            known = self._placed.get(path)
            if known is None or known[0] != content or known[1] != self._tree.stamp(path):
                self._placed[path] = content, self._tree.put(path, content)
