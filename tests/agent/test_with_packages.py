"""Tests, benchmarks and the REPL where lenses, JSON, maps, monads, templates and type families are used."""

import pytest

from sandbox.messages import Benchmark, Measured, Target
from sandbox.messages.answers import TargetKind
from tests.agent.harness import Agent, Run

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

SHOP = """{-# LANGUAGE DeriveGeneric, OverloadedStrings, TemplateHaskell, TypeFamilies #-}
module Shop (Shop, Order (..), empty, orders, ordered, total, Priced (..)) where

import Control.Lens
import Control.Monad.State (State, execState, modify)
import Data.Aeson (FromJSON, ToJSON, decode, encode)
import Data.Aeson.Lens (key, _Integral)
import Data.Kind (Type)
import qualified Data.Map.Strict as Map
import GHC.Generics (Generic)
import Test.QuickCheck (Arbitrary (..), NonNegative (..))

data Order = Order {_item :: String, _count :: Int} deriving (Eq, Show, Generic)
makeLenses ''Order

instance ToJSON Order
instance FromJSON Order
instance Arbitrary Order where
  arbitrary = Order <$> arbitrary <*> (getNonNegative <$> arbitrary)

newtype Shop = Shop {_orders :: Map.Map String Int} deriving (Eq, Show)
makeLenses ''Shop

class Priced a where
  type Price a :: Type
  price :: a -> Price a

instance Priced Order where
  type Price Order = Int
  price order = order ^. count * length (order ^. item)

empty :: Shop
empty = Shop Map.empty

order :: Order -> State Shop ()
order new = modify (orders . at (new ^. item) . non 0 +~ new ^. count)

ordered :: [Order] -> Shop
ordered new = execState (mapM_ order new) empty

total :: Shop -> Int
total = sumOf (orders . traverse)

prop_json :: Order -> Bool
prop_json one = decode (encode one) == Just one

prop_field :: Order -> Bool
prop_field one = encode one ^? key "_count" . _Integral == Just (one ^. count)

prop_dear :: Order -> Bool
prop_dear one = price one < 20 || one ^. count < 5
"""
SPEC = """module ShopSpec (spec) where

import Control.Lens
import Shop
import Test.Hspec
import Test.Hspec.QuickCheck (prop)

spec :: Spec
spec = describe "ordered" $ do
  it "adds up" $ ordered [Order "tea" 1, Order "tea" 2] ^. orders . ix' "tea" `shouldBe` 3
  prop "loses nothing" $ \\new -> total (ordered new) === sum (map _count' new)
  it "is wrong" $ total empty `shouldBe` 1
  where
    ix' name = at name . non 0
    _count' (Order _ n) = n
    a === b = a == (b :: Int)
"""
HSPEC = "import ShopSpec (spec)\nimport Test.Hspec (hspec)\n\nmain :: IO ()\nmain = hspec spec\n"
TASTY = """module Main (main) where

import Shop
import Test.Tasty
import Test.Tasty.HUnit
import Test.Tasty.QuickCheck (testProperty)

main :: IO ()
main = defaultMain $ testGroup "shop"
  [ testGroup "price"
      [testCase "of tea" (price (Order "tea" 2) @?= 6), testCase "of air" (price (Order "" 2) @?= 1)]
  , testProperty "total" (\\new -> total (ordered [new]) == total (ordered [new, Order "x" 0]))
  ]
"""
MAIN = """module Main (main) where

import Shop

main :: IO ()
main = do
  sizes <- map read . lines <$> getContents
  print (total (ordered [Order (show n) n | size <- sizes, n <- [1 .. size]]))
"""
FILES = {
    "app/Main.hs": MAIN,
    "src/Shop.hs": SHOP,
    "test/ShopSpec.hs": SPEC,
    "test/Spec.hs": HSPEC,
    "test/Tasty.hs": TASTY,
}


def checked(agent: Agent, entry: str, kind: TargetKind, name: str) -> Run:
    return agent.run(FILES, "test", entry=entry, target=Target(kind=kind, name=name))


@pytest.mark.parametrize(("name", "code"), [("prop_json", 0), ("prop_field", 0), ("prop_dear", 1)])
def test_a_property_is_checked_where_its_module_is(agent: Agent, name: str, code: int) -> None:
    run = checked(agent, "src/Shop.hs", "property", name)
    assert (run.ended().outcome, run.ended().exit_code) == ("exited", code), run.events
    assert ("+++ OK, passed 100 tests" in run.stdout) == (code == 0)
    assert ("Order {_item = " in run.stdout) == (code == 1), "what breaks it is shown"


@pytest.mark.parametrize(
    ("entry", "kind", "name", "code", "said"),
    [
        ("test/ShopSpec.hs", "spec", "ordered/adds up", 0, "1 example, 0 failures"),
        ("test/ShopSpec.hs", "spec", "ordered/loses nothing", 0, "+++ OK, passed 100 tests"),
        ("test/ShopSpec.hs", "spec", "ordered", 1, "3 examples, 1 failure"),
        ("test/Tasty.hs", "tasty", "shop.price.of tea", 0, "All 1 tests passed"),
        ("test/Tasty.hs", "tasty", "shop.total", 0, "OK, passed 100 tests"),
        ("test/Tasty.hs", "tasty", "shop", 1, "1 out of 3 tests failed"),
    ],
)
def test_a_tree_of_tests_is_run_as_far_as_it_is_asked_for(
    agent: Agent, entry: str, kind: TargetKind, name: str, code: int, said: str
) -> None:
    run = checked(agent, entry, kind, name)
    assert (run.ended().outcome, run.ended().exit_code) == ("exited", code), run.events
    assert said in run.stdout


def test_a_benchmark_repeats_the_optimised_program(agent: Agent) -> None:
    run = agent.run(
        FILES,
        "compile",
        insight="benchmark",
        repeats=5,
        optimization=2,
        stdin="300\n200\n",
        entry="app/Main.hs",
    )
    assert run.stdout == "65250\n"
    run.ended()
    [told] = [event.report for event in run.events if isinstance(event, Measured)]
    assert isinstance(told, Benchmark)
    assert (len(told.wall_seconds), len(told.cpu_seconds), told.shortfall) == (5, 5, None)


def test_who_comes_back_to_the_repl_loads_what_was_typed_meanwhile(agent: Agent) -> None:
    agent.sync(FILES)
    run = agent.start("repl", entry="app/Main.hs", terminal=(80, 24))
    run.printed("ghci> ", "terminal")
    run.input('import Control.Lens\rtotal (ordered [Order "tea" 2]) * 1000\r')
    run.printed("2000", "terminal")
    agent.edit("src/Shop.hs", SHOP.replace("+~ new ^. count)", "+~ 7 * new ^. count)"))
    run.input(":reload\r")
    run.printed("[Source file changed]", "terminal")
    run.input('ordered [Order "tea" 2] ^. orders . at "tea" . non 0 & (* 1000)\r')
    run.printed("14000", "terminal")
    agent.edit("src/Shop.hs", SHOP.replace("sumOf", "missing"))
    run.input(":reload\r")
    run.printed("missing :: ", "terminal")
    agent.edit("src/Shop.hs", SHOP)
    run.input(':reload\rtotal (ordered [Order "tea" 3]) * 1000\r')
    run.printed("3000", "terminal")
    run.stop()
