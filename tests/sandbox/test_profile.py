"""The sandbox profile, compared whole; and nothing that a user says reaches the create call."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine import probe_script, profile, seccomp
from sandbox.engine.hosts import Spec, session_name, warm_name
from sandbox.limits import GIB, MIB, ContainerLimits
from sandbox.messages import Opening

IMAGE = "sha256:" + "a" * 64
CALLS = Path(__file__).parent / "seccomp.json"  # every system call that is allowed, written out


def made(**changes: Any) -> Spec:
    """A sandbox's configuration with some arguments changed."""
    arguments: dict[str, Any] = {
        "image": IMAGE,
        "toolchain": IMAGE,
        "limits": ContainerLimits(GIB, cpus=1.5, pids=100, cpu_weight=50, disk_bytes=256 * MIB),
        "runtime": "runc",
        "installation": "haskell-ide",
        "cgroup_parent": "/sandboxes",
    }
    return profile.sandbox(**(arguments | changes))


def test_the_whole_profile_is_as_promised() -> None:
    spec = made()
    digest = spec["Labels"].pop("haskell-ide.profile")
    assert len(digest) == 64
    security = spec["HostConfig"].pop("SecurityOpt")
    assert security[0] == "no-new-privileges"
    assert json.loads(security[1].removeprefix("seccomp=")) == json.loads(CALLS.read_text())
    assert len(security) == 2
    assert spec == {
        "Image": IMAGE,
        "Entrypoint": ["/usr/bin/tini", "--", "python3", "-m", "sandbox.agent"],
        "Cmd": [],
        "Env": [
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "HOME=/work",
            "LANG=C.UTF-8",
            "TMPDIR=/work/.session/tmp",
            "PYTHONPATH=/opt/agent",
            "PYTHONDONTWRITEBYTECODE=1",
        ],
        "User": "10000:10000",
        "WorkingDir": "/work",
        "Hostname": "sandbox",
        "Domainname": "",
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": False,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "NetworkDisabled": True,
        "Healthcheck": {"Test": ["NONE"]},
        "StopSignal": "SIGKILL",
        "Labels": {
            "haskell-ide.installation": "haskell-ide",
            "haskell-ide.toolchain": IMAGE,
            "haskell-ide.role": "sandbox",
            "haskell-ide.runtime": "runc",
            "haskell-ide.work": str(256 * MIB),
        },
        "HostConfig": {
            "Memory": GIB,
            "MemorySwap": GIB,
            "MemorySwappiness": 0,
            "NanoCpus": 1_500_000_000,
            "CpuShares": 512,
            "PidsLimit": 100,
            "OomKillDisable": False,
            "OomScoreAdj": 500,
            "Ulimits": [
                {"Name": "core", "Soft": 0, "Hard": 0},
                {"Name": "fsize", "Soft": 256 * MIB, "Hard": 256 * MIB},
                {"Name": "memlock", "Soft": 64 * 1024, "Hard": 64 * 1024},
                {"Name": "msgqueue", "Soft": 0, "Hard": 0},
                {"Name": "nofile", "Soft": 1024, "Hard": 1024},
            ],
            "Runtime": "runc",
            "Privileged": False,
            "CapAdd": [],
            "CapDrop": ["ALL"],
            "ReadonlyRootfs": True,
            "ReadonlyPaths": [
                "/proc/bus",
                "/proc/fs",
                "/proc/irq",
                "/proc/sys",
                "/proc/sysrq-trigger",
            ],
            "MaskedPaths": [
                "/proc/acpi",
                "/proc/asound",
                "/proc/cmdline",
                "/proc/config.gz",
                "/proc/interrupts",
                "/proc/kallsyms",
                "/proc/kcore",
                "/proc/keys",
                "/proc/key-users",
                "/proc/latency_stats",
                "/proc/modules",
                "/proc/sched_debug",
                "/proc/schedstat",
                "/proc/scsi",
                "/proc/timer_list",
                "/proc/timer_stats",
                "/sys/devices/virtual/powercap",
                "/sys/firmware",
                "/proc/diskstats",
                "/proc/pressure",
                "/proc/vmstat",
                "/proc/zoneinfo",
            ],
            "Binds": [],
            "Devices": [],
            "NetworkMode": "none",
            "IpcMode": "none",
            "PidMode": "",
            "UTSMode": "",
            "CgroupnsMode": "private",
            "CgroupParent": "/sandboxes",
            "LogConfig": {"Type": "none", "Config": {}},
            "RestartPolicy": {"Name": "no"},
            "AutoRemove": False,
            "Init": False,
            "Tmpfs": {
                "/work": "rw,exec,nosuid,nodev,size=268435456,nr_inodes=20000,uid=10000,gid=10000,mode=0700",
                "/tmp": "rw,noexec,nosuid,nodev,size=33554432,nr_inodes=4096,uid=10000,gid=10000,mode=0700",
            },
        },
    }


def test_the_probe_differs_only_where_it_must() -> None:
    spec = profile.probe(
        image=IMAGE, toolchain=IMAGE, installation="haskell-ide", cgroup_parent="sandboxes.slice"
    )
    host, sandbox = spec["HostConfig"], made()["HostConfig"]
    assert host["Binds"] == ["/sys/fs/cgroup:/host/cgroup:ro"]
    assert host["Tmpfs"].keys() == {"/tmp"}
    assert host["CgroupParent"] == "sandboxes.slice", "it tells of the group that it is in"
    resources = {"Memory", "MemorySwap", "NanoCpus", "CpuShares", "PidsLimit", "CgroupParent"}
    differing = {key for key in host.keys() | sandbox.keys() if host.get(key) != sandbox.get(key)}
    assert differing == {"Binds", "Tmpfs", "MaskedPaths"} | resources
    assert spec["Entrypoint"][:4] == ["/usr/bin/tini", "--", "python3", "-c"]
    assert spec["Entrypoint"][4] == Path(probe_script.__file__).read_text()
    assert spec["Labels"]["haskell-ide.role"] == "probe"


def test_its_label_tells_one_profile_from_another() -> None:
    label = "haskell-ide.profile"
    assert made()["Labels"][label] == made()["Labels"][label]
    other = made(limits=ContainerLimits(memory_bytes=2 * GIB))
    assert made()["Labels"][label] != other["Labels"][label]


@pytest.mark.parametrize("value", [0, -1, 2**62])
def test_no_limit_is_ever_absent_zero_or_endless(value: int) -> None:
    limits = ContainerLimits(
        memory_bytes=value, cpus=float(value), pids=value, cpu_weight=value, disk_bytes=value
    )
    host = made(limits=limits)["HostConfig"]
    assert 256 * MIB <= host["Memory"] == host["MemorySwap"] <= 8 * GIB
    assert 0.1e9 <= host["NanoCpus"] <= 4e9
    assert 64 <= host["PidsLimit"] <= 1024
    assert 2 <= host["CpuShares"] <= 10240
    size = int(host["Tmpfs"]["/work"].split("size=")[1].split(",")[0])
    assert 16 * MIB <= size <= host["Memory"] // 4
    assert profile.updates(limits).items() <= host.items()


def test_what_a_claim_updates_is_what_a_creation_sets() -> None:
    limits = ContainerLimits()
    assert profile.updates(limits).items() <= made(limits=limits)["HostConfig"].items()


user_text = st.text(min_size=1, max_size=200)
digests = st.from_regex("sha256:[0-9a-f]{64}", fullmatch=True)
plans = st.builds(
    ContainerLimits,
    memory_bytes=st.integers(256 * MIB, 8 * GIB),
    cpus=st.floats(0.1, 4),
    pids=st.integers(64, 1024),
    cpu_weight=st.integers(1, 1000),
    disk_bytes=st.integers(16 * MIB, 2 * GIB),
)
CHANGING = {  # with the toolchain, with the limits
    "Image": r"sha256:[0-9a-f]{64}",
    "Labels/haskell-ide.toolchain": r"sha256:[0-9a-f]{64}",
    "Labels/haskell-ide.profile": r"[0-9a-f]{64}",
    "Labels/haskell-ide.work": r"\d+",
    "HostConfig/Memory": r"\d+",
    "HostConfig/MemorySwap": r"\d+",
    "HostConfig/NanoCpus": r"\d+",
    "HostConfig/CpuShares": r"\d+",
    "HostConfig/PidsLimit": r"\d+",
    "HostConfig/Tmpfs//work": r"rw,exec,nosuid,nodev,size=\d+,nr_inodes=20000,uid=10000,gid=10000,mode=0700",
}


def flat(spec: Any, place: str = "") -> dict[str, str]:
    """Each value's text by its place in a configuration."""
    if not isinstance(spec, dict):
        return {place[1:]: json.dumps(spec) if isinstance(spec, list) else str(spec)}
    return {key: text for name, part in spec.items() for key, text in flat(part, f"{place}/{name}").items()}


@given(
    session=st.from_regex("[0-9A-Za-z_-]{1,64}", fullmatch=True),
    owner=user_text,
    overlay=user_text,
    toolchain=digests,
    limits=plans,
)
def test_whatever_users_say_the_create_call_is_equal_but_for_ids_and_limits(
    session: str, owner: str, overlay: str, toolchain: str, limits: ContainerLimits
) -> None:
    """The profile takes limits and digests alone, and names are ids: nothing else of an opening gets in."""
    opening = Opening(session_id=session, owner=owner, toolchain=toolchain, limits=limits, overlay=overlay)
    spec = flat(made(image=opening.toolchain, toolchain=opening.toolchain, limits=opening.limits))
    standard = flat(made())
    assert spec.keys() == standard.keys()
    for place, value in spec.items():
        assert value == standard[place] or re.fullmatch(CHANGING[place], value), place
    assert session_name("x", session, 3) == f"x-s-{session}-3"
    assert warm_name("x").startswith("x-w-")


@pytest.mark.parametrize(
    "name", ["ptrace", "process_vm_readv", "keyctl", "bpf", "mount", "unshare", "shmget"]
)
def test_the_list_does_not_name_what_it_refuses(name: str) -> None:
    allowed = [
        one for rule in seccomp.profile()["syscalls"] if "ALLOW" in rule["action"] for one in rule["names"]
    ]
    assert name not in allowed
    assert seccomp.profile()["defaultAction"] == "SCMP_ACT_ERRNO"


def test_both_architectures_are_there_and_no_older_abi() -> None:
    assert seccomp.profile()["archMap"] == [
        {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
        {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
    ]
