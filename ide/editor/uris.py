"""Documents' addresses: `file:///work/<path>`."""

from urllib.parse import quote, unquote

from ide.protocol import ROOT, ErrorCode
from ide.socket.jsonrpc import Refusal


def path_of(uri: str) -> str:
    """The path in the workspace that a document's URI names."""
    prefix = ROOT + "/"
    if not uri.startswith(prefix) or "?" in uri or "#" in uri:
        raise Refusal(ErrorCode.INVALID_PARAMS, f"textDocument.uri: must begin with {prefix}.")
    return unquote(uri.removeprefix(prefix))


def uri_of(path: str) -> str:
    return f"{ROOT}/{quote(path)}"
