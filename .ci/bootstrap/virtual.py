"""The system of the virtual machine of `make test-vm`: a whole Debian, made once, as an archive."""

from bootstrap import stamps
from bootstrap.steps import ROOT, run, step
from bootstrap.system import as_root

SUITE = "trixie"
SYSTEM = ROOT / "build" / "vm" / "system.tar"
PACKAGES = (
    *("linux-image-cloud-amd64", "systemd-sysv", "udev", "dbus", "iproute2", "openssh-server", "procps"),
    # What deploy/host-setup.sh asks for: to install it under emulation would take minutes.
    *("docker.io", "containerd", "runc", "iptables", "apparmor", "nftables", "systemd-timesyncd"),
)


def system() -> None:
    """Anew where its packages changed; Debian's newest when `build/vm` was removed."""
    stamp, wanted = SYSTEM.with_name("packages"), " ".join((SUITE, *PACKAGES))
    if stamps.is_fresh(stamp, wanted) and SYSTEM.exists():
        return
    SYSTEM.parent.mkdir(parents=True, exist_ok=True)
    options = ("--variant=minbase", "--quiet", f"--include={','.join(PACKAGES)}")
    with step("The virtual machine's system"):
        run([*(as_root() or []), "mmdebstrap", *options, SUITE, str(SYSTEM)], "vm")
    stamps.write(stamp, wanted)
