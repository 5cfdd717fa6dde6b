"""Examples for every body and answer of the OpenAPI document, and the problem that each call may answer."""

from typing import Any

from ide.api.bodies import Out

MOMENT = "2026-01-31T12:00:00Z"
DIGEST = "sha256:" + "4f" * 32
ETAG = '"' + "9a" * 32 + '"'
ID = "0b5e7a52a3f14c6c9d3f0c8e8a1d2b3c"
TEXT = "main :: IO ()\nmain = interact (show . sum . map read . lines)\n"
FILES = {"Main.hs": TEXT}


class Problem(Out):
    """RFC 9457. `field`: the part of the request at fault; `limit` and `value`: the quota that is used up."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    limit: str | None = None
    value: float | None = None
    id: str | None = None


_timings: dict[str, Any] = {"queuedSeconds": 0.002, "compileSeconds": 0.05, "runSeconds": 0.01}
_usage: dict[str, Any] = {"cpuSeconds": 0.06, "peakMemoryBytes": 41_000_000}
_ended: dict[str, Any] = {"outcome": "exited", "phase": "run", "exitCode": 0, "signal": None, "reason": None}
_output: dict[str, Any] = {"diagnostics": [], "stdout": "6", "stderr": ""}
_workspace: dict[str, Any] = {
    "id": ID,
    "name": "Primes",
    "toolchain": "ghc-9.6",
    "entry": "Main.hs",
    "optimization": 1,
}
_workspace |= {"args": ["--verbose"], "createdAt": MOMENT, "updatedAt": MOMENT}
_run: dict[str, Any] = {
    "id": ID,
    "workspaceId": ID,
    "toolchain": "ghc-9.6",
    "mode": "interpret",
    "entry": "Main.hs",
}
_run |= {"state": "finished", **_ended, "createdAt": MOMENT, "startedAt": MOMENT, "endedAt": MOMENT}
_run |= {"timings": _timings, "usage": _usage, "stdoutBytes": 1, "stderrBytes": 0}
_example: dict[str, Any] = {
    "slug": "wordcount",
    "title": "Word count",
    "summary": "Counts words.",
    "entry": "Main.hs",
}
_line: dict[str, Any] = {
    "name": "runs",
    "label": "runs at once",
    "unit": "count",
    "limit": 5,
    "used": 1,
    "left": 4,
}

SAMPLES: dict[str, Any] = {
    "RunIn": {"files": FILES, "stdin": "1\n2\n3\n", "limits": {"wallSeconds": 10}},
    "RunAnswer": {
        "id": ID,
        **_ended,
        **_output,
        "truncated": {"stdout": False, "stderr": False},
        "timings": _timings,
        "usage": _usage,
        "toolchain": {"name": "ghc-9.6", "ghc": "9.6.6", "digest": DIGEST},
    },
    "RunOut": _run,
    "RunDetail": {**_run, **_output},
    "WorkspaceIn": {"name": "Primes", "files": FILES},
    "WorkspaceChange": {"name": "Primes", "optimization": 2, "args": ["--verbose"]},
    "WorkspaceOut": _workspace,
    "WorkspaceDetail": {**_workspace, "files": [{"path": "Main.hs", "etag": ETAG, "bytes": 62}]},
    "Rename": {"from": "Main.hs", "to": "app/Main.hs"},
    "Renamed": {"changed": {"Main.hs": None, "app/Main.hs": ETAG}},
    "ShareOut": {"slug": "Xy3kP0aQ_b12", "url": "/s/Xy3kP0aQ_b12"},
    "ShareDetail": {
        "slug": "Xy3kP0aQ_b12",
        "name": "Primes",
        "toolchain": "ghc-9.6",
        "digest": DIGEST,
        "entry": None,
        "files": FILES,
    },
    "ToolchainOut": {
        "name": "ghc-9.6",
        "ghc": "9.6.6",
        "digest": DIGEST,
        "default": True,
        "packages": {"containers": "0.6.7"},
    },
    "QuotaOut": {
        "plan": {"name": "Everybody", "toolchains": []},
        "items": [{**_line, "renewsAt": None}],
    },
    "ExampleOut": _example,
    "ExampleDetail": {**_example, "files": FILES},
    "GuestOut": {"token": "hs_…", "expiresAt": MOMENT},
    "MultiPartBodyParams": {"file": "(the zip)", "name": "Primes", "toolchain": "ghc-9.6"},
    "Problem": {
        "type": "about:blank",
        "title": "The request is not valid",
        "status": 400,
        "detail": "“files” is empty: send at least one file.",
        "field": "files",
    },
}


def complete(document: dict[str, Any]) -> None:
    """Put the examples and the problem where a reader of the document looks for them."""
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problem = {"description": "A problem", "content": content}
    for calls in document["paths"].values():
        for call in calls.values():
            call["responses"]["default"] = problem
            for part in (call.get("requestBody", {}), *call["responses"].values()):
                for media in part.get("content", {}).values():
                    media.setdefault("example", _sample(media["schema"]))


def _sample(schema: dict[str, Any]) -> Any:
    match schema:
        case {"$ref": str(name)}:
            return SAMPLES[name.rpartition("/")[2]]
        case {"type": "array", "items": dict(items)}:
            return [_sample(items)]
        case {"type": "object", "title": str(name)}:
            return SAMPLES[name]
    return TEXT
