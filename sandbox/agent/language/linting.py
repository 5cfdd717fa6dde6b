"""hlint's ideas about a file, when somebody asks for them."""

from sandbox.agent import tools
from sandbox.agent.hlint import command, parse
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.messages import Ideas, Lint

SECONDS = 8.0


async def answer(question: Lint, workspace: Workspace) -> Ideas:
    await workspace.loader.contents_complete()
    text = workspace.text(question.path)
    if not question.path.endswith(".hs"):
        raise Unanswerable("hlint reads Haskell files (.hs) only.")
    argv = command(workspace.layout().options.extension_flags)
    try:
        done = await tools.run(workspace.reaper, argv, text, SECONDS)
    except TimeoutError:
        raise Unanswerable(f"hlint did not finish in {SECONDS:.0f} s.") from None
    except OSError as fault:
        raise Unanswerable(f"hlint could not be started: {fault.strerror}.") from None
    found = parse(done.output, question.path, text)
    if found is None:
        raise Unanswerable("hlint cannot read this file. GHC's messages say what is wrong with it.")
    return Ideas(diagnostics=found)
