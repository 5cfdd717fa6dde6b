"""The machines of the pool as administrators see them: added after a check, shown live."""
