"""A workspace's files: checked, kept, packed as archives, and opened as a live session."""
