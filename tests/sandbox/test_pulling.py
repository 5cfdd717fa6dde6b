"""What an engine says while it pulls an image, as bytes; it leaves out zeros and may make things up."""

from typing import Any

from sandbox.engine.pulling import LAYERS, Progress


def downloading(layer: str, **detail: int) -> dict[str, Any]:
    return {"id": layer, "status": "Downloading", "progressDetail": detail}


def test_layers_are_added_up_and_a_zero_that_is_left_out_is_one() -> None:
    progress = Progress()
    assert progress.bytes == (0, 0)
    for said in (
        {"status": "Pulling from library/ghc"},
        downloading("a", total=10),
        downloading("b", current=5, total=20),
        {"id": "b", "status": "Download complete"},
        {"id": "c", "status": "Download complete"},
        {"status": "Downloading", "progressDetail": {}},
    ):
        progress.note(said)
    assert progress.bytes == (20, 30)


def test_layers_without_end_are_not_kept() -> None:
    progress = Progress()
    for number in range(2 * LAYERS):
        progress.note(downloading(str(number), current=1, total=2))
    assert progress.bytes == (LAYERS, 2 * LAYERS)
