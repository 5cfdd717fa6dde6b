"""When the agent ends by itself."""

from sandbox.agent.deadman import DeadMan


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_silence_ends_it_and_a_sign_of_life_puts_that_off() -> None:
    clock = Clock()
    dead_man = DeadMan({"AGENT_SILENCE_SECONDS": "10", "AGENT_MAX_AGE_SECONDS": "1000"}, clock)
    clock.now = 9
    dead_man.heard()
    clock.now = 18
    assert not dead_man.is_due
    clock.now = 19
    assert dead_man.is_due


def test_age_ends_it_however_much_is_said() -> None:
    clock = Clock()
    dead_man = DeadMan({"AGENT_SILENCE_SECONDS": "10", "AGENT_MAX_AGE_SECONDS": "20"}, clock)
    clock.now = 20
    dead_man.heard()
    assert dead_man.is_due


async def test_waiting_for_the_end_ends() -> None:
    await DeadMan({"AGENT_SILENCE_SECONDS": "0.02", "AGENT_MAX_AGE_SECONDS": "1"}).wait()
