"""`manage.py lsp`: a language server on standard input and output for editors; the workspace is elsewhere."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ide.bridge.bridge import Bridge
from ide.bridge.framing import PIECE_BYTES
from ide.bridge.remote import Address


class Command(BaseCommand):
    help = "Serves an editor's language client over standard input and output from a remote workspace."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", required=True, help="of the service, as https://ide.example.org")
        parser.add_argument("--workspace", required=True, help="its id, the last part of its page's address")
        parser.add_argument("--token", help="of the account page; else the variable HASKELL_IDE_TOKEN")
        parser.add_argument("--folder", type=Path, help="the local folder of the files; else the current one")

    def handle(
        self, *args: Any, url: str, workspace: str, token: str | None, folder: Path | None, **options: Any
    ) -> None:
        address = Address(url, workspace, token or os.environ.get("HASKELL_IDE_TOKEN", ""))
        sys.exit(asyncio.run(_serve(address, folder or Path.cwd())))


async def _serve(address: Address, folder: Path) -> int:
    loop = asyncio.get_running_loop()
    editor = asyncio.StreamReader(limit=PIECE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(editor), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    out = asyncio.StreamWriter(transport, protocol, None, loop)
    return await Bridge(address, folder, editor, out).run()
