"""Lets an ordinary user with sudo use the engine while this command runs, and no longer."""

import os
import pwd
import sys

from bootstrap import engine
from bootstrap.steps import Stop
from bootstrap.system import as_root


def gain() -> None:
    """Start this command anew with the group of the engine's socket, if without it the engine refuses us."""
    if engine.state() != "forbidden":
        return
    before = as_root()
    if before is None:
        name = pwd.getpwuid(os.getuid()).pw_name  # os.getlogin needs a terminal
        raise Stop(f"The Docker Engine refuses you. As root, run:\n\n    usermod -aG docker {name}\n")
    groups = {*os.getgroups(), engine.SOCKET.stat().st_gid}
    same_user = [f"--reuid={os.getuid()}", f"--regid={os.getgid()}", f"--groups={','.join(map(str, groups))}"]
    again = [sys.executable, "-m", "bootstrap", *sys.argv[1:]]
    path = f"PATH={os.environ['PATH']}"  # sudo sets its own, even where it keeps the rest
    command = [*before, "-E", "setpriv", *same_user, "env", path, *again]
    os.execvp(command[0], command)  # noqa: S606
