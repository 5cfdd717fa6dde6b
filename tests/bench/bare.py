"""What the same work costs without us: bare GHC in a container of the same image, timed inside it."""

import json
import subprocess
import sys

# Runs inside the container: one command a line in, its seconds a line out.
TIMER = """
import json, subprocess, sys, time
for line in sys.stdin:
    request = json.loads(line)
    for path, text in request["files"].items():
        open(path, "w").write(text)
    began = time.perf_counter()
    done = subprocess.run(["sh", "-c", request["command"]], capture_output=True, text=True)
    taken = time.perf_counter() - began
    print(json.dumps([taken, done.returncode, (done.stdout + done.stderr)[-2000:]]), flush=True)
"""


class Bare:
    """A container that times shell commands inside itself; a context manager."""

    def __init__(self, image: str) -> None:
        self.image = image

    def __enter__(self) -> "Bare":
        command = ["docker", "run", "--rm", "-i", "--network", "none", "--cpus", "1", "--memory", "1g"]
        command += ["--tmpfs", "/work:rw,exec,size=256m,uid=10000,gid=10000", "--workdir", "/work"]
        command += ["--env", "TMPDIR=/work"]
        command += ["--entrypoint", "python3", self.image, "-c", TIMER]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)

    def seconds(self, command: str, files: dict[str, str], expect: str) -> float:
        """How long the shell command took; raises when it failed or did not print what it should."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"command": command, "files": files}), file=self.process.stdin, flush=True)
        taken, code, output = json.loads(self.process.stdout.readline())
        if code or expect not in output:
            sys.exit(f"{command}: exit {code}: {output}")
        return float(taken)
