"""The configuration of a sandbox's container, as tests make one by themselves."""

from sandbox.engine import profile
from sandbox.engine.hosts import Spec
from sandbox.limits import ContainerLimits


def sandbox_spec(
    image: str, installation: str = "x", limits: ContainerLimits | None = None, toolchain: str | None = None
) -> Spec:
    """Of this image (by default also the toolchain's digest), under runc, without a parent group."""
    return profile.sandbox(
        image=image,
        toolchain=toolchain or image,
        limits=limits or ContainerLimits(),
        runtime="runc",
        installation=installation,
        cgroup_parent="",
    )
