"""The Django project and its one app: people, workspaces, quotas, pages, API and WebSocket."""
