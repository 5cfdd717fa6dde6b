"""Pictures of the page for the docs, taken from the real service."""
