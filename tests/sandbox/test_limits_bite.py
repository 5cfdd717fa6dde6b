"""Every limit of the profile bites on the real engine: each test is a program that goes for one of them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from sandbox.engine.hosts import session_name
from sandbox.limits import CREATED_FILE_BYTES, MIB, OPEN_FILES, TMP_BYTES, ContainerLimits
from tests.sandbox.inside import Inside

pytestmark = pytest.mark.engine

CAP_SYS_RESOURCE = 1 << 24


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """The engine hears of it a moment later."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def inside(toolchain: str, installation: str) -> Iterator[Inside]:
    with Inside(toolchain, installation) as container:
        yield container


def test_memory_ends_the_program_and_not_the_container(inside: Inside) -> None:
    eat = "x = bytearray(2 * 1024**3); print(len(x))"
    output = inside.shell(f"echo 1000 > /proc/self/oom_score_adj; python3 -c '{eat}'")
    assert output.splitlines()[-1] == "137"
    assert inside.state().running
    inside.run("import os; os._exit(0)")
    wait_for(lambda: not inside.state().running)
    assert inside.state().oom_killed, "the engine says it at the container's end"


def test_there_is_no_swap(inside: Inside, engine: docker.DockerClient) -> None:
    host = engine.api.inspect_container(inside.container)["HostConfig"]
    assert host["MemorySwap"] == host["Memory"]
    limits = inside.run(
        "from pathlib import Path\n"
        "for name in ('memory/memory.memsw.limit_in_bytes', 'memory.swap.max'):\n"
        "  file = Path('/sys/fs/cgroup', name)\n"
        "  if file.exists(): print(file.read_text().strip())"
    )
    assert limits in ("0", str(host["Memory"]), "")  # empty: a version 1 machine that accounts no swap


def test_the_disk_counts_in_the_memory(inside: Inside) -> None:
    before = inside.run("print(open('/proc/self/mountinfo').read().count('tmpfs'))")
    assert int(before) >= 2
    used = inside.run(
        "import glob\n"
        "open('/work/big', 'wb').write(bytes(100 * 2**20))\n"
        "paths = ['/sys/fs/cgroup/memory/memory.usage_in_bytes', '/sys/fs/cgroup/memory.current']\n"
        "print([int(open(p).read()) for p in paths if glob.glob(p)][0])"
    )
    assert int(used) >= 100 * MIB


def test_pids_are_few_and_a_fork_bomb_ends_in_an_error(inside: Inside) -> None:
    output = inside.run(
        "import os, signal, time\n"
        "children = []\n"
        "try:\n"
        "  while len(children) < 1000:\n"
        "    pid = os.fork()\n"
        "    if pid == 0: time.sleep(60); os._exit(0)\n"
        "    children.append(pid)\n"
        "except BlockingIOError as error: print(error.errno, len(children))\n"
        "for pid in children: os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)"
    )
    errno, count = map(int, output.split())
    assert errno == 11
    assert 64 <= count < 128


THREADS = """
import threading
stop, count = threading.Event(), 0
try:
  for count in range(1000): threading.Thread(target=stop.wait).start()
except RuntimeError: print(count)
stop.set()
"""


def test_threads_count_as_pids(inside: Inside) -> None:
    output = inside.run(THREADS)
    assert int(output) < 128


def test_cpu_is_no_more_than_the_quota(toolchain: str, installation: str) -> None:
    with Inside(toolchain, installation, ContainerLimits(cpus=0.25)) as container:
        used = container.run(
            "import os, time\n"
            "children = []\n"
            "for _ in range(3):\n"
            "  pid = os.fork()\n"
            "  if pid == 0:\n"
            "    end = time.monotonic() + 2\n"
            "    while time.monotonic() < end: pass\n"
            "    os._exit(0)\n"
            "  children.append(pid)\n"
            "for pid in children: os.waitpid(pid, 0)\n"
            "times = os.times()\n"
            "print(times.children_user + times.children_system)"
        )
    assert float(used) < 2 * 0.25 * 1.5


def test_the_disk_is_full_at_its_size(inside: Inside) -> None:
    output = inside.run(
        "import os\n"
        "size = 0\n"
        "try:\n"
        "  for n in range(64):\n"
        "    with open(f'/work/{n}', 'wb') as file:\n"
        "      for _ in range(16): size += file.write(bytes(2**20))\n"
        "except OSError as error: print(error.errno, size)"
    )
    errno, size = map(int, output.split())
    assert errno == 28
    assert 180 * MIB < size <= 192 * MIB


def test_temporary_files_have_a_size_of_their_own(inside: Inside) -> None:
    assert "No space left" in inside.shell("head -c 40m /dev/zero > /tmp/x")
    assert int(inside.shell("stat -c %s /tmp/x").split()[0]) <= TMP_BYTES


@pytest.mark.parametrize(("folder", "most"), [("/work", 20_000), ("/tmp", 4096)])
def test_inodes_run_out(inside: Inside, folder: str, most: int) -> None:
    output = inside.run(
        "n = 0\n"
        "try:\n"
        f"  for n in range(30000): open(f'{folder}/{{n}}', 'w').close()\n"
        "except OSError as error: print(error.errno, n)"
    )
    errno, count = map(int, output.split())
    assert errno == 28
    assert most - 100 < count <= most


def test_a_file_grows_no_larger_than_allowed(toolchain: str, installation: str) -> None:
    with Inside(
        toolchain, installation, ContainerLimits(memory_bytes=2048 * MIB, disk_bytes=512 * MIB)
    ) as container:
        output = container.run(
            "import signal\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "size = 0\n"
            "try:\n"
            "  with open('/work/x', 'wb', buffering=0) as file:\n"
            "    while True: size += file.write(bytes(2**20))\n"
            "except OSError as error: print(error.errno, size)"
        )
    errno, size = map(int, output.split())
    assert (errno, size) == (27, CREATED_FILE_BYTES)


def test_open_files_are_counted(inside: Inside) -> None:
    output = inside.run(
        "files = []\n"
        "try:\n"
        "  while True: files.append(open('/dev/null'))\n"
        "except OSError as error: print(error.errno, len(files))\n"
        "for file in files: file.close()"
    )
    errno, count = map(int, output.split())
    assert errno == 24
    assert count < OPEN_FILES


def test_there_is_no_network(inside: Inside) -> None:
    assert inside.run("import os; print(os.listdir('/sys/class/net'))") == "['lo']"
    output = inside.run(
        "import socket\n"
        "for address in ('172.17.0.1', '169.254.169.254', '1.1.1.1', '::1%lo', '2606:4700::1111'):\n"
        "  family = socket.AF_INET6 if ':' in address else socket.AF_INET\n"
        "  try:\n"
        "    with socket.socket(family) as s:\n"
        "      s.settimeout(2); s.connect((address.split('%')[0], 80)); print('in')\n"
        "  except OSError as error: print(error.errno)\n"
        "try: socket.getaddrinfo('debian.org', 80); print('in')\n"
        "except OSError as error: print('no name')"
    )
    *connects, name = output.splitlines()
    assert name == "no name"
    assert set(connects) <= {"101", "111", "99"}  # unreachable; refused and no address on loopback


def test_programs_may_talk_with_each_other_over_loopback(inside: Inside) -> None:
    output = inside.run(
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "  with socket.create_connection(server.getsockname()) as client:\n"
        "    other, _ = server.accept()\n"
        "    with other: client.sendall(b'hello'); print(other.recv(9))"
    )
    assert output == "b'hello'"


def test_the_root_is_read_only_and_only_two_places_are_not(inside: Inside) -> None:
    output = inside.run(
        "import os\n"
        "writable = []\n"
        "for folder, subfolders, _ in os.walk('/'):\n"
        "  if folder in ('/proc', '/sys'): subfolders.clear()\n"
        "  name = f'{folder}/.try'\n"
        "  try: os.mkdir(name); os.rmdir(name); writable.append(folder)\n"
        "  except OSError: pass\n"
        "print(writable)"
    )
    places = eval(output)
    assert {place.split("/")[1] for place in places} == {"work", "tmp"}


def test_work_is_executable_and_tmp_is_not(inside: Inside) -> None:
    assert inside.shell("cp /bin/true /work/t && /work/t").endswith("0")
    assert inside.shell("cp /bin/true /tmp/t && /tmp/t").endswith("126")


@pytest.mark.parametrize("folder", ["/work", "/tmp"])
def test_what_is_written_has_neither_suid_nor_devices(inside: Inside, folder: str) -> None:
    (mount,) = [
        line for line in inside.shell("cat /proc/mounts").splitlines() if line.split()[1:2] == [folder]
    ]
    assert {"nosuid", "nodev"} <= set(mount.split()[3].split(","))


def test_there_are_no_capabilities_and_no_new_privileges(inside: Inside) -> None:
    status = dict(
        line.split(":\t", 1) for line in inside.shell("cat /proc/self/status").splitlines() if ":\t" in line
    )
    assert {status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"
    assert status["Uid"].split() == status["Gid"].split() == ["10000"] * 4
    assert status["Groups"].split() in ([], ["10000"])


def test_the_image_has_no_suid_file(inside: Inside) -> None:
    assert inside.shell("find / -xdev -perm /6000 -type f 2> /dev/null; true") == "0"


def test_the_kernel_takes_programs_before_the_rest_of_the_machine(inside: Inside) -> None:
    assert inside.shell("cat /proc/self/oom_score_adj").split()[0] == "500"
    # The kernel holds the score above what an engine with CAP_SYS_RESOURCE set, else above the machine's own.
    capabilities = Path("/proc/self/status").read_text().split("CapEff:")[1].split()[0]
    below = 499 if int(capabilities, 16) & CAP_SYS_RESOURCE else -1
    assert inside.shell(f"echo {below} > /proc/self/oom_score_adj").splitlines()[-1] != "0"


def test_hostname_and_environment_are_fixed(inside: Inside) -> None:
    environment = inside.run("import os, socket; print(socket.gethostname(), sorted(os.environ))")
    assert environment == (
        "sandbox ['HOME', 'HOSTNAME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONPATH', 'TMPDIR']"
    )


def test_nothing_is_logged_on_the_host(inside: Inside, engine: docker.DockerClient) -> None:
    inside.run("print('x' * 1000)")
    found = engine.api.inspect_container(inside.container)
    assert found["HostConfig"]["LogConfig"]["Type"] == "none"
    assert found["LogPath"] == ""


def test_other_processes_and_the_machine_are_out_of_sight(inside: Inside) -> None:
    pids = inside.run("import os; print(sum(name.isdigit() for name in os.listdir('/proc')))")
    assert int(pids) <= 3
    assert inside.shell("cat /proc/self/cgroup | cut -d: -f3 | sort -u").split()[0] == "/"
    assert inside.shell("cat /proc/kcore /proc/keys /proc/timer_list 2> /dev/null | wc -c").split()[0] == "0"
    assert inside.shell("ls /proc/pressure; cat /proc/cmdline /proc/vmstat") == "0"
    assert inside.shell("echo 1 > /proc/sys/kernel/core_pattern").endswith(("1", "2"))
    assert inside.shell("ls /dev/shm /dev/mqueue/x").endswith("2")


def test_a_control_group_can_not_be_changed_from_within(inside: Inside) -> None:
    output = inside.run(
        "import os\n"
        "changed = []\n"
        "for folder, _, files in os.walk('/sys/fs/cgroup'):\n"
        "  for name in [*files, 'new/']:\n"
        "    path = f'{folder}/{name}'\n"
        "    try:\n"
        "      if name == 'new/': os.mkdir(path)\n"
        "      else: open(path, 'w').close()\n"
        "      changed.append(path)\n"
        "    except OSError: pass\n"
        "print(changed)"
    )
    assert output == "[]"


def test_a_claim_changes_what_bites(inside: Inside) -> None:
    session = session_name("x", "y", 1)
    name = inside.state().name
    inside.host.claim(name, f"{name}{session}", ContainerLimits(pids=64, memory_bytes=300 * MIB))
    output = inside.shell("echo 1000 > /proc/self/oom_score_adj; python3 -c 'bytearray(400 * 2**20)'")
    assert output.splitlines()[-1] == "137"
    threads = inside.run(THREADS)
    assert int(threads) < 64


def test_a_removed_container_takes_its_processes_along(inside: Inside) -> None:
    output = inside.run(
        "import os, signal\n"
        "for _ in range(50):\n"
        "  if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    for n in range(1, 32):\n"
        "      try: signal.signal(n, signal.SIG_IGN)\n"
        "      except OSError: pass\n"
        "    while True: signal.pause()\n"
        "print('up')"
    )
    assert output == "up"
    inside.host.remove(inside.container)
    assert inside.container not in [one.id for one in inside.host.containers()]
