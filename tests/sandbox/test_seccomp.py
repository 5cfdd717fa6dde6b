"""The system call list on the real engine: what it refuses is refused, and Haskell runs all the same."""

from collections.abc import Iterator

import pytest

from sandbox.limits import MIB, ContainerLimits
from tests.sandbox.inside import Inside

pytestmark = pytest.mark.engine

CALL = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = {numbers}
number = numbers[platform.machine()]
result = libc.syscall(number, *[ctypes.c_long(value) for value in {arguments}])
print(result, ctypes.get_errno())
"""

PROGRAM = """{-# LANGUAGE TemplateHaskell #-}
module Main (main) where
import Control.Concurrent (forkIO, getNumCapabilities, newEmptyMVar, putMVar, takeMVar)
import qualified Data.Map.Strict as Map
import Language.Haskell.TH (litE, runIO, stringL)
import System.Process (readProcess)
import System.Timeout (timeout)
main :: IO ()
main = do
  done <- newEmptyMVar
  _ <- forkIO (putMVar done (sum (Map.elems (Map.fromList [(n, n) | n <- [1 .. 1000 :: Int]]))))
  print =<< takeMVar done
  capabilities <- getNumCapabilities
  putStr =<< readProcess "echo" [show capabilities] ""
  print =<< timeout 10000 (newEmptyMVar >>= \\hole -> takeMVar hole >> pure ())
  putStrLn $(runIO (readProcess "echo" ["spliced"] "") >>= litE . stringL)
"""


@pytest.fixture(scope="module")
def inside(toolchain: str, request: pytest.FixtureRequest) -> Iterator[Inside]:
    installation = f"test-{request.node.name.replace('/', '-').replace('.', '-')}-{id(request):x}"
    with Inside(toolchain, installation, ContainerLimits(memory_bytes=1024 * MIB, cpus=2)) as container:
        yield container


# name: (number on x86_64, on aarch64, arguments that would succeed or fail otherwise without the list)
REFUSED = {
    "ptrace": (101, 117, (0, 0, 0, 0)),
    "process_vm_readv": (310, 270, (1, 0, 0, 0, 0, 0)),
    "process_vm_writev": (311, 271, (1, 0, 0, 0, 0, 0)),
    "kcmp": (312, 272, (1, 1, 0, 0, 0)),
    "pidfd_getfd": (438, 438, (0, 0, 0)),
    "add_key": (248, 217, (0, 0, 0, 0, 0)),
    "request_key": (249, 218, (0, 0, 0, 0)),
    "keyctl": (250, 219, (0, -3, 1)),
    "io_uring_setup": (425, 425, (1, 0)),
    "io_uring_enter": (426, 426, (0, 0, 0, 0)),
    "io_uring_register": (427, 427, (0, 0, 0, 0)),
    "userfaultfd": (323, 282, (1,)),
    "bpf": (321, 280, (0, 0, 0)),
    "perf_event_open": (298, 241, (0, 0, -1, -1, 0)),
    "shmget": (29, 194, (0, 4096, 0o1600)),
    "semget": (64, 190, (0, 1, 0o1600)),
    "msgget": (68, 186, (0, 0o1600)),
    "mq_open": (240, 180, (0, 0, 0, 0)),
    "mount": (165, 40, (0, 0, 0, 0, 0)),
    "umount2": (166, 39, (0, 0)),
    "pivot_root": (155, 41, (0, 0)),
    "chroot": (161, 51, (0,)),
    "fsopen": (430, 430, (0, 0)),
    "open_tree": (428, 428, (0, 0, 0)),
    "move_mount": (429, 429, (0, 0, 0, 0, 0)),
    "unshare": (272, 97, (0x10000000,)),
    "setns": (308, 268, (0, 0)),
    "name_to_handle_at": (303, 264, (0, 0, 0, 0, 0)),
    "open_by_handle_at": (304, 265, (0, 0, 0)),
    "reboot": (169, 142, (0, 0, 0, 0)),
    "kexec_load": (246, 104, (0, 0, 0, 0)),
    "init_module": (175, 105, (0, 0, 0)),
    "finit_module": (313, 273, (0, 0, 0)),
    "delete_module": (176, 106, (0, 0)),
    "swapon": (167, 224, (0, 0)),
    "syslog": (103, 116, (3, 0, 0)),
    "acct": (163, 89, (0,)),
    "quotactl": (179, 60, (0, 0, 0, 0)),
    "settimeofday": (164, 170, (0, 0)),
    "clock_settime": (227, 112, (0, 0)),
    "adjtimex": (159, 171, (0,)),
    "sethostname": (170, 161, (0, 0)),
    "fanotify_init": (300, 262, (0, 0)),
    "vmsplice": (278, 75, (0, 0, 0, 0)),
    "sync": (162, 81, ()),
    "syncfs": (306, 267, (0,)),
    "seccomp": (317, 277, (2, 0, 0)),
    "memfd_secret": (447, 447, (0,)),
    "cachestat": (451, 451, (0, 0, 0, 0)),
    "setxattr": (188, 5, (0, 0, 0, 0, 0)),
    "clone3": (435, 435, (0, 0)),
}
WHAT_IS_SAID = {
    "io_uring_setup": 38,
    "io_uring_enter": 38,
    "io_uring_register": 38,
    "clone3": 38,
    "setxattr": 95,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_dangerous_call_is_refused(inside: Inside, name: str) -> None:
    x86_64, aarch64, arguments = REFUSED[name]
    numbers = {"x86_64": x86_64, "aarch64": aarch64}
    output = inside.run(CALL.format(numbers=numbers, arguments=arguments))
    assert output == f"-1 {WHAT_IS_SAID.get(name, 1)}"


def test_sockets_are_local_and_internet_ones_alone(inside: Inside) -> None:
    output = inside.run(
        "import socket\n"
        "made = []\n"
        "for family in range(60):\n"
        "  for kind in (1, 2, 3, 5):\n"
        "    try: socket.socket(family, kind).close(); made.append(family); break\n"
        "    except OSError: pass\n"
        "print(made)"
    )
    assert output == "[1, 2, 10]"


def test_the_upper_half_of_a_family_fools_nobody(inside: Inside) -> None:
    output = inside.run(CALL.format(numbers={"x86_64": 41, "aarch64": 198}, arguments=((1 << 32) + 40, 1, 0)))
    assert output == "-1 1"


def test_raw_and_packet_sockets_are_refused(inside: Inside) -> None:
    output = inside.run(
        "import socket\n"
        "for family, kind in ((2, 3), (10, 3), (17, 3), (16, 3), (38, 5), (40, 1)):\n"
        "  try: socket.socket(family, kind); print('made', family)\n"
        "  except OSError as error: print(error.errno in (1, 93, 97))"
    )
    assert set(output.split()) == {"True"}


@pytest.mark.parametrize(
    "flag", [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
)
def test_a_child_gets_no_namespace_of_its_own(inside: Inside, flag: int) -> None:
    output = inside.run(
        CALL.format(numbers={"x86_64": 56, "aarch64": 220}, arguments=(flag | 17, 0, 0, 0, 0))
    )
    assert output == "-1 1"


def test_fifos_can_be_made_and_devices_not(inside: Inside) -> None:
    output = inside.run(
        "import os, stat\n"
        "os.mkfifo('/work/fifo'); print(stat.S_ISFIFO(os.stat('/work/fifo').st_mode))\n"
        "for kind in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFREG):\n"
        "  try: os.mknod('/work/device', kind | 0o600, os.makedev(1, 3)); print('made')\n"
        "  except PermissionError: print('refused')\n"
        "os.unlink('/work/fifo')"
    )
    assert output.split() == ["True", "refused", "refused", "refused"]


def test_calls_of_another_abi_end_the_caller(inside: Inside) -> None:
    """`int 0x80` would reach the 32-bit table, whose numbers the list does not know."""
    output = inside.run(
        "import ctypes, mmap, os, platform\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "  if platform.machine() != 'x86_64': os._exit(1)\n"
        "  page = mmap.mmap(-1, 4096, prot=7)\n"
        "  page.write(bytes.fromhex('b814000000cd80c3'))\n"  # mov eax, 20 (getpid); int 0x80; ret
        "  ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()\n"
        "  os._exit(0)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert output in ("1", "-31", "-11")


def test_ghci_and_python_work(inside: Inside) -> None:
    session = "import qualified Data.Map as M\\nM.size (M.fromList [(1,2)])\\n:t map\\n"
    output = inside.shell(f"cd /work && printf '{session}' | TMPDIR=/work ghci -v0 -ignore-dot-ghci")
    assert output.splitlines()[0] == "1"
    assert output.endswith("0")


@pytest.mark.parametrize("flags", ["-O0", "-O2", "-O2 -threaded -with-rtsopts=-N2", "-O1 -optl-fuse-ld=lld"])
def test_ghc_compiles_and_its_programs_run(inside: Inside, flags: str) -> None:
    source = f"import pathlib\npathlib.Path('/work/Main.hs').write_text({PROGRAM!r})"
    inside.run(source)
    built = inside.shell(f"cd /work && TMPDIR=/work ghc -v0 {flags} -outputdir o Main.hs -o summed 2>&1", 300)
    assert built.endswith("0"), built
    capabilities = "2" if "-N2" in flags else "1"
    assert inside.shell("/work/summed").split() == ["500500", capabilities, "Nothing", "spliced", "0"]
    inside.shell("rm -rf /work/o /work/summed /work/Main.hs")
