"""Another name for a name: edits of all files that have it, about the texts that the question saw."""

from ide.editor import answers
from ide.editor.asking import MODIFIED, Asker
from ide.editor.documents import Documents
from ide.editor.positions import offset
from ide.editor.uris import uri_of
from ide.protocol import (
    AtPosition,
    DocumentEdit,
    RenamePlace,
    RenameTo,
    TextEdit,
    VersionedDocument,
    VersionedEdit,
    WorkspaceEdit,
)
from ide.socket.window import Handlers, Later
from sandbox.messages import Edits, Places, Renamable, Rename, Renamed


class Renames:
    """One window's."""

    def __init__(self, documents: Documents, asker: Asker) -> None:
        self._documents, self._asker = documents, asker
        self.handlers: Handlers = {
            "textDocument/prepareRename": self._prepare,
            "textDocument/rename": self._rename,
        }

    async def _prepare(self, params: AtPosition) -> Later:
        path, position = await self._asker.at(params)

        async def finish(found: Places) -> RenamePlace:
            [place] = found.places
            text = await self._documents.text_of(path)
            start, end = (offset(text, each, "utf-16") for each in (place.range.start, place.range.end))
            located = await self._asker.location(place)
            return RenamePlace(range=located.range, placeholder=text[start:end])

        return await self._asker.ask(path, Renamable(path=path, position=position), finish)

    async def _rename(self, params: RenameTo) -> Later:
        path, position = await self._asker.at(params)
        versions = self._documents.versions()

        async def finish(renamed: Renamed) -> WorkspaceEdit | VersionedEdit:
            found: dict[str, list[TextEdit]] = {}
            for each in renamed.files:
                if self._documents.version_of(each.path) != versions.get(each.path):
                    raise MODIFIED
                edits = answers.text_edits(Edits(edits=each.edits))
                found[each.path] = await self._asker.in_encoding(each.path, edits)
            return self._edit(found, versions)

        question = Rename(path=path, position=position, name=params.new_name)
        return await self._asker.ask(path, question, finish)

    def _edit(
        self, found: dict[str, list[TextEdit]], versions: dict[str, int]
    ) -> WorkspaceEdit | VersionedEdit:
        if not self._documents.client.versioned_edits:
            return WorkspaceEdit(changes={uri_of(path): edits for path, edits in found.items()})
        return VersionedEdit(
            document_changes=[
                DocumentEdit(VersionedDocument(uri_of(path), versions.get(path)), edits)
                for path, edits in found.items()
            ]
        )
