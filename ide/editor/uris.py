"""Documents' addresses: `file:///work/<path>`."""

from urllib.parse import quote, unquote

from ide.protocol import ROOT, ErrorCode
from ide.socket.jsonrpc import Refusal
from ide.workspaces import paths


def file_of(uri: str, field: str = "textDocument.uri") -> str:
    """The path of a file that can be in a workspace. Raises Refusal and Invalid, which name the field."""
    return paths.check(path_of(uri, field), field)


def path_of(uri: str, field: str = "textDocument.uri") -> str:
    """The path in the workspace that a document's URI names, whatever it is."""
    prefix = ROOT + "/"
    if not uri.startswith(prefix) or "?" in uri or "#" in uri:
        sentence = f"{field}: must begin with {prefix} and have neither ? nor #."
        raise Refusal(ErrorCode.INVALID_PARAMS, sentence, {"field": field})
    return unquote(uri.removeprefix(prefix))


def uri_of(path: str) -> str:
    return f"{ROOT}/{quote(path)}"
