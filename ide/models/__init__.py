"""What the database keeps. The rows are the truth; what travels through Redis is a copy."""

from ide.models.people import Arrival, Token, User
from ide.models.plans import Plan, PlanOverride, Usage
from ide.models.pool import Host, Toolchain, ToolchainModules
from ide.models.runs import IdempotencyKey, Meter, Run
from ide.models.workspaces import File, Overlay, Session, Share, Workspace

__all__ = [
    "Arrival",
    "File",
    "Host",
    "IdempotencyKey",
    "Meter",
    "Overlay",
    "Plan",
    "PlanOverride",
    "Run",
    "Session",
    "Share",
    "Token",
    "Toolchain",
    "ToolchainModules",
    "Usage",
    "User",
    "Workspace",
]
