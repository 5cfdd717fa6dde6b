"""Workspaces as zip archives: read with suspicion, written so that `cabal build` takes them."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from zipfile import BadZipFile, ZipFile, ZipInfo

from ide import units
from ide.exceptions import Invalid, TooLarge
from ide.workspaces import cabal, paths
from ide.workspaces.files import check_all, decode
from sandbox.limits import FILE_BYTES, KIB, WORKSPACE_BYTES, WORKSPACE_FILES

ENTRIES = 4 * WORKSPACE_FILES  # folders and skipped files included
HEADER = b"PK\x01\x02"  # of one entry in the central directory
SKIPPED_FOLDERS = {".git", ".stack-work", "dist", "dist-newstyle", "node_modules", "__MACOSX", ".session"}
SKIPPED_ENDS = (".o", ".hi", ".dyn_o", ".dyn_hi", ".hie", ".DS_Store")
FIELD = "file"


def write(package: str, texts: Mapping[str, str], modules: Mapping[str, str]) -> bytes:
    """One folder with all files, and a .cabal file where there is none.

    `package` is a name that Cabal takes; `modules` says the package of each of the toolchain's modules.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in {**cabal.files_for(package, texts, modules), **texts}.items():
            archive.writestr(f"{package}/{path}", text)
    return buffer.getvalue()


def read(data: bytes) -> dict[str, str]:
    """The text files of an archive, each checked while it is unpacked, nothing ever on disk.

    Build products are left out, and so is one folder that everything lies in. Raises Invalid or TooLarge.
    """
    if data.count(HEADER) > ENTRIES:
        raise TooLarge(f"The archive has more than {ENTRIES} entries.", FIELD)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            texts = dict(_files(archive))
    except (BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError, zlib.error):
        raise Invalid("This is not a zip archive that can be read.", FIELD) from None
    texts = _without_common_folder(texts)
    check_all(texts)
    return {path: text for path, text in texts.items() if not cabal.is_generated(path, text)}


def _files(archive: ZipFile) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    total = 0
    for entry in archive.infolist():
        path = entry.filename
        paths.check(path.removesuffix("/"), FIELD) if not _is_skipped(path) else None
        _check_kind(entry)
        if entry.is_dir() or _is_skipped(path):
            continue
        if path.casefold() in seen:
            raise Invalid(f"The archive has {paths.shorten(path)} twice, or another one like it.", FIELD)
        seen.add(path.casefold())
        data = _unpack(archive, entry)
        total += len(data)
        if total > WORKSPACE_BYTES:
            raise TooLarge(f"The files make more than {units.size(WORKSPACE_BYTES)}.", FIELD)
        yield path, decode(path, data, FIELD)


def _check_kind(entry: ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    name = paths.shorten(entry.filename)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Invalid(f"{name} in the archive is a link or a device: only files can be taken.", FIELD)
    if entry.flag_bits & 1:
        raise Invalid(f"{name} in the archive is encrypted.", FIELD)


def _unpack(archive: ZipFile, entry: ZipInfo) -> bytes:
    """At most one file's worth of bytes, whatever the entry says of its size."""
    parts, size = [], 0
    with archive.open(entry) as stream:
        while part := stream.read(64 * KIB):
            size += len(part)
            if size > FILE_BYTES:
                raise TooLarge(
                    f"{paths.shorten(entry.filename)} is larger than {units.size(FILE_BYTES)}.", FIELD
                )
            parts.append(part)
    return b"".join(parts)


def _is_skipped(path: str) -> bool:
    return not SKIPPED_FOLDERS.isdisjoint(path.split("/")[:-1]) or path.endswith(SKIPPED_ENDS)


def _without_common_folder(texts: dict[str, str]) -> dict[str, str]:
    """`thing-main/thing.cabal`, `thing-main/src/A.hs` → `thing.cabal`, `src/A.hs`: only for a package."""
    tops = {path.split("/")[0] for path in texts}
    if len(tops) != 1 or not all("/" in path for path in texts):
        return texts
    inner = {path.split("/", 1)[1]: text for path, text in texts.items()}
    whole = any("/" not in path and path.endswith((".cabal", "package.yaml")) for path in inner)
    return inner if whole else texts
