"""The workspace loaded for a run, within the run's time and memory; what hinders that is a Refusal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sandbox.agent import cgroup
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.loaded import Loaded
from sandbox.agent.loader import Loader
from sandbox.agent.run import Refusal


@contextlib.asynccontextmanager
async def loaded_with(loader: Loader, entry: str | None, seconds: float, kills: int) -> AsyncIterator[Loaded]:
    """Nothing else is loaded inside the context. `kills`: those of the memory limit before the run."""
    try:
        async with contextlib.AsyncExitStack() as stack:
            async with asyncio.timeout(seconds):
                loaded = await stack.enter_async_context(loader.current(entry, seconds))
            if loaded.died and cgroup.oom_kills() > kills:
                raise Refusal("out_of_memory")
            if loaded.timed_out:
                raise Refusal("timed_out")
            yield loaded
    except TimeoutError:
        loader.give_up()
        raise Refusal("timed_out") from None
    except (GhciDied, GhciStuck):
        memory = cgroup.oom_kills() > kills
        raise Refusal("out_of_memory" if memory else "internal_error", "GHC ended.") from None
