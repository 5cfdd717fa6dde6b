"""The Language Server Protocol: documents, questions about them, answers and code actions."""
