"""`python3 -m sandbox.agent`: the container's main process, under an init."""

import sys

sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio would load it: megabytes in every idle session

from sandbox.agent.main import main

if __name__ == "__main__":
    main()
