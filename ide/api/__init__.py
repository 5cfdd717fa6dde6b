"""The REST API. One router a subject; errors are problem documents with a sentence."""
