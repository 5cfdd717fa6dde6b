"""An editor's language client on this machine ↔ a workspace's WebSocket: what `manage.py lsp` runs."""
