"""`python3 -m sandbox.agent`: the container's main process, under an init."""

import sys
from importlib import import_module

sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio would load it: megabytes in every idle session

if __name__ == "__main__":
    import_module("sandbox.agent.main").main()
