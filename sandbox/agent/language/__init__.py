"""Answers an editor's questions about the workspace's text: one concept a module, all called by `desk`."""
