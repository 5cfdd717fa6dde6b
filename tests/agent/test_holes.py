"""What GHC says of a hole is told in parts."""

from sandbox.agent.language.holes import Hole, hole, shown

SAID = """• Found hole: _op :: Int -> Int -> Int
  Or perhaps ‘_op’ is mis-spelled, or not in scope
• In the expression: _op n m
  In an equation for ‘f’: f n m = _op n m
• Relevant bindings include
    n :: Int (bound at Main.hs:6:3)
    f :: Int
         -> Int
         -> Int
      (bound at Main.hs:6:1)
  Valid hole fits include
    f :: Int -> Int -> Int (bound at Main.hs:6:1)
    (-) :: forall a. Num a => a -> a -> a
      with (-) @Int
      (imported from ‘Prelude’ at Main.hs:1:8-11
       (and originally defined in ‘GHC.Num’))
    (Some hole fits suppressed; use -fmax-valid-hole-fits=N or -fno-max-valid-hole-fits)"""


def test_a_hole_has_its_type_what_is_bound_and_what_fits() -> None:
    found = hole(SAID)
    assert found == Hole(
        "_op :: Int -> Int -> Int",
        ("n :: Int", "f :: Int -> Int -> Int"),
        ("f :: Int -> Int -> Int", "(-) :: forall a. Num a => a -> a -> a"),
    )
    assert shown(found) == (
        "**In scope**\n\n```haskell\nn :: Int\nf :: Int -> Int -> Int\n```\n\n**Would fit**\n\n```haskell\n"
        "f :: Int -> Int -> Int\n(-) :: forall a. Num a => a -> a -> a\n```"
    )


def test_a_hole_without_anything_around_it_has_its_type() -> None:
    found = hole("• Found hole: _ :: a\n  Where: ‘a’ is a rigid type variable bound by\n    f :: a")
    assert found == Hole("_ :: a", (), ())
    assert shown(found) == ""


def test_other_messages_are_about_no_hole() -> None:
    assert hole("Variable not in scope: x :: Int") is None
