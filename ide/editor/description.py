"""The workspace's package description, as the window shows it: what it lacks, and the edits that add it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ide.actions import packages
from ide.actions.fix import Fix
from ide.database import in_database
from ide.editor.documents import Documents
from ide.models import File, Workspace
from sandbox.description import name_of
from sandbox.messages import Diagnostic


@dataclass(frozen=True)
class Description:
    path: str
    text: str

    def fixes(self, module: str, wanted: list[str], told: Sequence[Diagnostic] = ()) -> Iterator[Fix]:
        """One for each package that a component with this file does not name; `told` of its imports."""
        return packages.fixes(self.path, self.text, module, wanted, told)


async def description_of(workspace: Workspace, documents: Documents) -> Description | None:
    """None where the workspace has none."""
    path = name_of(await in_database(_paths_at_root, workspace))
    return None if path is None else Description(path, await documents.text_of(path))


def _paths_at_root(workspace: Workspace) -> list[str]:
    files = File.objects.filter(workspace=workspace).exclude(path__contains="/")
    return list(files.values_list("path", flat=True))
