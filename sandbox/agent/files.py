"""The workspace's files: what the manifest says, with the editors' texts over it."""

import hashlib

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
        self._texts: dict[str, bytes] = {}  # editors' texts by path
        self._contents: dict[str, bytes] = {}  # by hash
        self._lost: set[str] = set()
        self._placed: dict[str, tuple[bytes, Stamp]] = {}
        self.versions: dict[str, int] = {}
        self.generation = 0

    # --- what is said ---------------------------------------------------------------------------------------

    def sync(self, manifest: dict[str, str]) -> None:
        """The tracked files are exactly these. Raises ValueError with a sentence about a bad path."""
        for path in manifest:
            if reason := problem(path):
                raise ValueError(reason)
        if manifest == self._manifest:
            return
        self._manifest = dict(manifest)
        self._lost.clear()
        wanted = set(manifest.values())
        self._contents = {key: value for key, value in self._contents.items() if key in wanted}
        self.generation += 1

    def edit(self, path: str, version: int, text: str) -> None:
        """An editor's text. Raises ValueError with a sentence about a bad path."""
        if reason := problem(path):
            raise ValueError(reason)
        content = text.encode(errors="replace")
        self.versions[path] = version
        if self._texts.get(path) == content:
            return
        self._texts[path] = content
        self._contents[sha256(content)] = content
        self.generation += 1

    def close(self, path: str) -> None:
        self.versions.pop(path, None)
        if (text := self._texts.pop(path, None)) is not None and self._manifest.get(path) != sha256(text):
            self.generation += 1

    def supply(self, key: str, content: bytes | None) -> None:
        """A blob came, or nobody has it. One that does not have its hash counts as lost."""
        if content is not None and sha256(content) == key:
            self._contents[key] = content
        else:
            self._lost.add(key)

    # --- what is known --------------------------------------------------------------------------------------

    def missing(self) -> list[str]:
        """Hashes whose contents must still come."""
        needed = {key for path, key in self._manifest.items() if path not in self._texts}
        return sorted(needed - self._contents.keys() - self._lost)

    def lost(self) -> list[str]:
        """Tracked files whose contents nobody has."""
        return [path for path, key in self._manifest.items() if key in self._lost and path not in self._texts]

    def contents(self) -> dict[str, bytes]:
        """Every tracked or open file, as the next load should see it."""
        tracked = {path: self._contents[key] for path, key in self._manifest.items() if key in self._contents}
        return tracked | self._texts

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
