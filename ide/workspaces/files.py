"""A workspace's tracked files in the database: checked, counted in the quota, one transaction a change."""

from collections.abc import Iterable, Mapping

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from ide import units
from ide.exceptions import Conflict, Invalid, NotFound, PreconditionFailed, TooLarge
from ide.models import File, User, Workspace
from ide.prepared import Prepared
from ide.quota.admission import lock
from ide.quota.quotas import check_stored
from ide.quota.standing import allowance_of, stored_bytes, written_bytes
from ide.workspaces import paths
from sandbox.limits import FILE_BYTES, WORKSPACE_BYTES, WORKSPACE_FILES

ANY = "*"
FILE_FIELDS = [field.attname for field in File._meta.concrete_fields]
FILE = Prepared(
    lambda given: (
        File.objects.filter(workspace=given("workspace"), path=given("path"))
        .order_by()
        .values_list(*FILE_FIELDS)
    )
)
MANIFEST = Prepared(
    lambda given: File.objects.filter(workspace=given("workspace")).order_by().values_list("path", "sha256")
)
SIZES = Prepared(
    lambda given: (
        File.objects.filter(workspace=given("workspace"))
        .order_by()
        .values("workspace")
        .annotate(total=Sum("size"), count=Count("pk"))
        .values_list("total", "count")
    )
)


def manifest(workspace: Workspace) -> dict[str, str]:
    """`{path: sha256}` of all tracked files."""
    return dict(MANIFEST(workspace=workspace.pk))


def contents(hashes: Iterable[str]) -> dict[str, str]:
    """`{sha256: text}` of those hashes that some file has."""
    return dict(File.objects.filter(sha256__in=list(hashes)).values_list("sha256", "text"))


def find(workspace: Workspace, path: str) -> File:
    file = _look_up(workspace, path)
    if file is None:
        raise NotFound(f"There is no file {paths.shorten(path)} in this workspace.", "path")
    return file


def _look_up(workspace: Workspace, path: str) -> File | None:
    # PostgreSQL takes no NUL, not even in a question.
    rows = FILE(workspace=workspace.pk, path=path) if "\0" not in path else []
    return File.from_db(DEFAULT_DB_ALIAS, FILE_FIELDS, rows[0]) if rows else None


def check_text(path: str, text: str, field: str = "text") -> int:
    """The bytes of the text as UTF-8; raises Invalid or TooLarge if it cannot be a file's."""
    name = paths.shorten(path)
    if "\0" in text:
        raise Invalid(f"The file {name} is not text: it has a NUL character.", field)
    try:
        count = len(text.encode())
    except UnicodeEncodeError:
        raise Invalid(
            f"The file {name} has half a surrogate pair in it: send whole characters.", field
        ) from None
    if count > FILE_BYTES:
        raise TooLarge(f"The file {name} is larger than {units.size(FILE_BYTES)}.", field)
    return count


def decode(path: str, data: bytes, field: str = "text") -> str:
    """Bytes → text, or Invalid for what is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        name = paths.shorten(path)
        sentence = f"The file {name} is not UTF-8 text (byte {error.start}): save it as UTF-8 first."
        raise Invalid(sentence, field) from None


def check_all(texts: Mapping[str, str]) -> int:
    """Bytes of a whole new set of files; raises for the first that cannot be one, or if they are too many."""
    if len(texts) > WORKSPACE_FILES:
        raise TooLarge(
            f"{len(texts)} files are too many: a workspace has at most {WORKSPACE_FILES}.", "files"
        )
    total, folders = 0, set()
    for path, text in texts.items():
        paths.check(path, "files")
        total += check_text(path, text, "files")
        folders.update(paths.parents(path))
    for folder in folders & texts.keys():
        raise Invalid(f"{paths.shorten(folder)} is both a file and a folder.", "files")
    _check_total(total, len(texts))
    return total


@transaction.atomic
def write(
    workspace: Workspace, path: str, text: str, if_match: str | None = None, if_none_match: str | None = None
) -> File:
    """Make the file or replace its text. `if_match` is the ETag it must have now (`*`: it must exist)."""
    paths.check(path)
    size = check_text(path, text)
    user = lock(workspace.user_id)
    file = _look_up(workspace, path)
    _check_preconditions(file, path, if_match, if_none_match)
    if file is None:
        paths.check_free(path, workspace.files.values_list("path", flat=True))
        file = File(workspace=workspace, path=path, size=0)
    _check_growth(workspace, user, size - file.size, new=file._state.adding)
    file.put(text)
    file.save()
    _touch(workspace)
    return file


@transaction.atomic
def write_all(workspace: Workspace, user: User, texts: Mapping[str, str]) -> None:
    """The files of a new workspace; `user` is locked already."""
    total = check_all(texts)
    check_stored(allowance_of(user), stored_bytes(user) + total)
    rows = [File(workspace=workspace, path=path) for path in texts]
    for row in rows:
        row.put(texts[row.path])
    File.objects.bulk_create(rows)


@transaction.atomic
def remove(workspace: Workspace, path: str, if_match: str | None = None) -> None:
    lock(workspace.user_id)
    file = find(workspace, path)
    _check_preconditions(file, path, if_match, None)
    file.delete()
    _touch(workspace)


@transaction.atomic
def rename(workspace: Workspace, old: str, new: str) -> dict[str, str | None]:
    """Move a file or a folder; returns the paths that changed, each with its ETag now (None: gone)."""
    paths.check(new, "to")
    lock(workspace.user_id)
    moved = {file: new + file.path[len(old) :] for file in _at(workspace, old)}
    if not moved:
        raise NotFound(f"There is no file or folder {paths.shorten(old)} in this workspace.", "from")
    if new == old:
        return {}
    if new.startswith(f"{old}/"):
        raise Invalid("A folder cannot move into itself.", "to")
    staying = set(manifest(workspace)) - {file.path for file in moved}
    changed: dict[str, str | None] = {file.path: None for file in moved}
    for file, path in moved.items():
        paths.check(path, "to")
        if path in staying:
            raise Conflict(f"There is a file {paths.shorten(path)} already.", "to")
        paths.check_free(path, staying, "to")
        file.path = path
        changed[path] = file.etag
    File.objects.bulk_update(moved, ["path"])
    _touch(workspace)
    return changed


def _at(workspace: Workspace, path: str) -> list[File]:
    """The file of that path, or all in the folder."""
    return [
        file
        for file in workspace.files.defer("text")
        if file.path == path or file.path.startswith(f"{path}/")
    ]


def _check_preconditions(
    file: File | None, path: str, if_match: str | None, if_none_match: str | None
) -> None:
    name = paths.shorten(path)
    if if_none_match == ANY and file is not None:
        raise PreconditionFailed(f"There is a file {name} already.", "If-None-Match")
    if if_match is None:
        return
    if file is None:
        raise PreconditionFailed(f"The file {name} is gone. Save it anew without If-Match.", "If-Match")
    if if_match != ANY and file.etag not in [tag.strip() for tag in if_match.split(",")]:
        raise PreconditionFailed(f"The file {name} was changed elsewhere. Load it and try again.", "If-Match")


def _check_growth(workspace: Workspace, user: User, growth: int, new: bool) -> None:
    if growth <= 0 and not new:
        return
    total, count = next(iter(SIZES(workspace=workspace.pk)), (0, 0))
    _check_total(total + growth, count + new)
    # Without what programs left: it never keeps a typed text from being saved, and run.
    check_stored(allowance_of(user), written_bytes(user) + growth)


def _check_total(total: int, count: int) -> None:
    if count > WORKSPACE_FILES:
        raise TooLarge(f"A workspace has at most {WORKSPACE_FILES} files. Delete one first.", "files")
    if total > WORKSPACE_BYTES:
        sentence = (
            f"The files make {units.size(total)}: a workspace has at most {units.size(WORKSPACE_BYTES)}."
        )
        raise TooLarge(sentence, "files")


def _touch(workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(updated_at=timezone.now())
