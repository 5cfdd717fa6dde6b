"""Versions of toolchains: which one people get, the way to a newer one host by host, and the way back.

built ──► arriving ── every host has it ──► current ── a newer one ──► retired ── one newer yet ──► unused
                                               ▲───────── back ──────────┘
"""

import time
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ide.exceptions import Invalid
from ide.models import Host, Toolchain, ToolchainModules, Workspace
from sandbox.messages import SILENT_SECONDS, HostFigures, ToolchainEntry


def entries() -> list[ToolchainEntry]:
    """As the sandbox is told: what people get first, then what arrives, then what old sessions still have."""
    current = [
        ToolchainEntry(each.name, each.digest, each.image, each.warm)
        for each in Toolchain.objects.filter(enabled=True)
    ]
    arriving = [_entry(each, "arriving") for each in Toolchain.objects.filter(enabled=False, arriving=True)]
    return [*current, *arriving, *(_entry(each, "retired") for each in _kept())]


def unused() -> list[str]:
    """Digests of versions that are older than the one before."""
    kept = {each.pk for each in _kept()}
    return sorted(each.digest for each in _retired() if each.pk not in kept)


def _entry(toolchain: Toolchain, stage: Any) -> ToolchainEntry:
    return ToolchainEntry(toolchain.name, toolchain.digest, toolchain.image, warm=False, stage=stage)


def _retired() -> "QuerySet[Toolchain]":
    return Toolchain.objects.filter(enabled=False, arriving=False).order_by("-retired_at", "-created_at")


def _kept() -> list[Toolchain]:
    """Of each name the version before, for the way back."""
    newest: dict[str, Toolchain] = {}
    for each in _retired():
        newest.setdefault(each.name, each)
    return sorted(newest.values(), key=lambda each: each.name)


@transaction.atomic
def register(description: Mapping[str, Any], hosts: Collection[HostFigures] = ()) -> Toolchain:
    """Take a built toolchain. Where one of its name is used and some host lacks the image, it arrives first.

    `description` is `{name, digest, ghc, packages: {name: version}, modules?: {module: package}, image?,
    default?, profiles?}`; without `image` the digest is what engines know it by. `hosts` are those that
    were seen lately.
    """
    digest = description["digest"]
    values = {key: description[key] for key in ("name", "ghc", "packages")}
    values["image"] = _reference(description)
    values["profiles"] = description.get("profiles") or ""
    if values["profiles"]:
        values["warm"] = False  # seldom asked for
    known = Toolchain.objects.filter(digest=digest, enabled=True).exists()
    made, _ = Toolchain.objects.update_or_create(
        digest=digest, defaults=values, create_defaults={**values, "enabled": False}
    )
    if modules := description.get("modules"):
        ToolchainModules.objects.update_or_create(toolchain=made, defaults={"packages": modules})
    older = Toolchain.objects.filter(name=made.name, enabled=True).exclude(pk=made.pk)
    if not known and older.exists() and not is_everywhere(digest, hosts):
        Toolchain.objects.filter(name=made.name, arriving=True).update(arriving=False)
        Toolchain.objects.filter(pk=made.pk).update(arriving=True)
    else:
        use(made, default=bool(description.get("default")))
    made.refresh_from_db()
    return made


def _reference(description: Mapping[str, Any]) -> str:
    """What engines know the image by: anybody may put a tag on another one."""
    image: str = description.get("image") or description["digest"]
    if "sha256:" not in image:
        raise Invalid(f"The image {image} must be named by its digest, as NAME@sha256:….")
    return image


@transaction.atomic
def use(toolchain: Toolchain, *, default: bool = False) -> None:
    """Give it to people: it takes the place and the workspaces of the version that they had."""
    others = Toolchain.objects.filter(name=toolchain.name).exclude(pk=toolchain.pk)
    default = default or others.filter(is_default=True).exists()
    others.filter(enabled=True).update(enabled=False, is_default=False, retired_at=timezone.now())
    others.update(arriving=False, is_default=False)
    default = default or not Toolchain.objects.filter(is_default=True).exclude(pk=toolchain.pk).exists()
    if default and not toolchain.profiles:
        Toolchain.objects.exclude(pk=toolchain.pk).update(is_default=False)
        toolchain.is_default = True
    toolchain.enabled, toolchain.arriving = True, False
    toolchain.save()
    Workspace.objects.filter(toolchain__in=others).update(toolchain=toolchain)


def back(name: str) -> Toolchain:
    """Give people the version before; what they have now is kept as the one to come back to."""
    before = next((each for each in _kept() if each.name == name), None)
    if before is None:
        raise Invalid(f"There is no version before of the toolchain {name}.")
    use(before)
    return before


def promote(hosts: Collection[HostFigures]) -> None:
    """What has arrived everywhere is given to people."""
    for toolchain in Toolchain.objects.filter(arriving=True, enabled=False):
        if _serving(hosts) and is_everywhere(toolchain.digest, hosts):
            use(toolchain)


def is_everywhere(digest: str, hosts: Collection[HostFigures]) -> bool:
    """Whether every host that is there and meant to serve holds the image; a lost one is not waited for."""
    return all(digest in host.images for host in _serving(hosts))


def _serving(hosts: Collection[HostFigures]) -> list[HostFigures]:
    meant = set(Host.objects.filter(enabled=True, cordoned=False).values_list("name", flat=True))
    lately = time.time() - SILENT_SECONDS
    return [host for host in hosts if host.name in meant and host.alive and host.heard_at > lately]
