"""What stands in the small image in the agent's place."""

import sys

from sandbox.messages import encode
from tests.sandbox.agents import Keeping


def main() -> None:
    """Answer each line."""
    agent = Keeping()
    for line in sys.stdin.buffer:
        if line.strip():
            for frame in agent.answer(line):
                sys.stdout.buffer.write(encode(frame) + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
