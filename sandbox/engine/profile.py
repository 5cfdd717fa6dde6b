"""Limits + toolchain + runtime → a container's whole configuration. Pure; nothing that a user says comes in.

It is the body of the engine's create call. A label holds its digest, so that a container made from another
profile than today's is known by it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from sandbox.engine import seccomp
from sandbox.engine.hosts import (
    INSTALLATION_LABEL,
    PROFILE_LABEL,
    ROLE_LABEL,
    RUNTIME_LABEL,
    TOOLCHAIN_LABEL,
    WORK_LABEL,
    Role,
    Spec,
)
from sandbox.limits import (
    CREATED_FILE_BYTES,
    LOCKED_BYTES,
    MIB,
    OOM_SCORE,
    OPEN_FILES,
    TMP_BYTES,
    USER_ID,
    WORK_INODES,
    ContainerLimits,
)

# What a container is made with before anybody claims it. The size of /work can't change later. While it warms
# up, often as another was just claimed, it gives way to those that somebody waits for.
WARM = ContainerLimits(memory_bytes=768 * MIB, disk_bytes=192 * MIB, cpu_weight=10)
PROBE = ContainerLimits(memory_bytes=256 * MIB, cpus=0.1, pids=64, cpu_weight=1000)

_SHARES = 1024 / 100  # the engine's CPU shares for one of our weight
_TMP_INODES = 4096
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/work",
    "LANG": "C.UTF-8",
    "TMPDIR": "/work/.session/tmp",
    "PYTHONPATH": "/opt/agent",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_INIT = ["/usr/bin/tini", "--"]
_AGENT = ["python3", "-m", "sandbox.agent"]
_WATCH = ["python3", "-c", Path(__file__).with_name("probe_script.py").read_text()]
# What engines mask by themselves in their newer versions, and what tells of the machine's other tenants.
_MASKED = [
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
]
_MASKED_IN_SANDBOX = ["/proc/diskstats", "/proc/pressure", "/proc/vmstat", "/proc/zoneinfo"]
_READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def sandbox(
    *,
    image: str,
    toolchain: str,
    limits: ContainerLimits,
    runtime: str,
    installation: str,
    cgroup_parent: str,
) -> Spec:
    """A container for untrusted code: `image` by digest, `toolchain` the digest that labels it."""
    host = {
        **_resources(limits.clamped()),
        **_confinement(runtime),
        "CgroupParent": cgroup_parent,
        "MaskedPaths": [*_MASKED, *_MASKED_IN_SANDBOX],
        "Tmpfs": {"/work": _work(limits.clamped()), "/tmp": _tmp()},  # noqa: S108 (inside the container)
    }
    spec = _spec(image, [*_INIT, *_AGENT], host)
    made = _labelled(spec, installation=installation, toolchain=toolchain, role="sandbox", runtime=runtime)
    made["Labels"][WORK_LABEL] = str(limits.clamped().work_bytes)
    return made


def probe(*, image: str, toolchain: str, installation: str, cgroup_parent: str) -> Spec:
    """The container that watches a host's figures: our own code alone, always under runc.

    It tells of the group that it is in, so it must be the sandboxes'.
    """
    host = {
        **_resources(PROBE),
        **_confinement("runc"),
        "CgroupParent": cgroup_parent,
        "Binds": ["/sys/fs/cgroup:/host/cgroup:ro"],
        "MaskedPaths": _MASKED,
        "Tmpfs": {"/tmp": _tmp()},  # noqa: S108 (inside the container)
    }
    spec = _spec(image, [*_INIT, *_WATCH], host) | {"WorkingDir": "/"}
    return _labelled(spec, installation=installation, toolchain=toolchain, role="probe", runtime="runc")


def updates(limits: ContainerLimits) -> dict[str, Any]:
    """The part of the configuration that a claim changes: the body of the engine's update call."""
    return _caps(limits.clamped())


def _spec(image: str, command: list[str], host: dict[str, Any]) -> Spec:
    return {
        "Image": image,
        "Entrypoint": command,
        "Cmd": [],
        "Env": [f"{name}={value}" for name, value in _ENVIRONMENT.items()],
        "User": f"{USER_ID}:{USER_ID}",
        "WorkingDir": "/work",
        "Hostname": "sandbox",
        "Domainname": "",
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": False,  # else the first relay that leaves closes the agent's input
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "NetworkDisabled": True,
        "Healthcheck": {"Test": ["NONE"]},
        "StopSignal": "SIGKILL",
        "HostConfig": host,
    }


def _caps(limits: ContainerLimits) -> dict[str, Any]:
    return {
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "NanoCpus": round(limits.cpus * 1e9),
        "CpuShares": max(2, round(limits.cpu_weight * _SHARES)),
        "PidsLimit": limits.pids,
    }


def _resources(limits: ContainerLimits) -> dict[str, Any]:
    return {
        **_caps(limits),
        "MemorySwappiness": 0,  # engines on cgroup v2 drop it: no swap is allowed anyway
        "OomKillDisable": False,
        "OomScoreAdj": OOM_SCORE,
        "Ulimits": [
            _ulimit("core", 0),
            _ulimit("fsize", CREATED_FILE_BYTES),
            _ulimit("memlock", LOCKED_BYTES),
            _ulimit("msgqueue", 0),
            _ulimit("nofile", OPEN_FILES),
        ],
    }


def _confinement(runtime: str) -> dict[str, Any]:
    return {
        "Runtime": runtime,
        "Privileged": False,
        "CapAdd": [],
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges", "seccomp=" + json.dumps(seccomp.profile(), sort_keys=True)],
        "ReadonlyRootfs": True,
        "ReadonlyPaths": _READ_ONLY,
        "Binds": [],
        "Devices": [],
        "NetworkMode": "none",
        "IpcMode": "none",
        "PidMode": "",
        "UTSMode": "",
        "CgroupnsMode": "private",
        "LogConfig": {"Type": "none", "Config": {}},
        "RestartPolicy": {"Name": "no"},
        "AutoRemove": False,
        "Init": False,  # the image's own: engines do not all have one
    }


def _ulimit(name: str, value: int) -> dict[str, Any]:
    return {"Name": name, "Soft": value, "Hard": value}


def _work(limits: ContainerLimits) -> str:
    return f"rw,exec,nosuid,nodev,size={limits.work_bytes},nr_inodes={WORK_INODES},{_owned()}"


def _tmp() -> str:
    return f"rw,noexec,nosuid,nodev,size={TMP_BYTES},nr_inodes={_TMP_INODES},{_owned()}"


def _owned() -> str:
    """Numbers, because a directory that the image has overrides the mode."""
    return f"uid={USER_ID},gid={USER_ID},mode=0700"


def _labelled(spec: Spec, *, installation: str, toolchain: str, role: Role, runtime: str) -> Spec:
    labels = {
        INSTALLATION_LABEL: installation,
        TOOLCHAIN_LABEL: toolchain,
        ROLE_LABEL: role,
        RUNTIME_LABEL: runtime,
        PROFILE_LABEL: hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest(),
    }
    return spec | {"Labels": labels}
