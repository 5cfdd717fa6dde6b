"""hlint's suggestions, applied one by one and all at once: what they make is a program all the same."""

import pytest

from ide.actions import fixes_of_all
from ide.actions.fix import Problem, apply
from ide.actions.source import Source
from tests.agent.harness import Agent
from tests.agent.test_code_actions import names
from tests.agent.test_hlint import linted
from tests.ide.action_cases import found

pytestmark = [pytest.mark.engine, pytest.mark.toolchains]

TEXT = """{-# LANGUAGE Arrows #-}
module Main (main) where

import qualified Data.Map as M
import Data.IORef (newIORef, readIORef)

data Foo = Foo { foo :: Int }
  deriving (Show)

f :: [Int] -> String
f xs = concat (map show xs)

g :: Bool -> Bool
g x = if x == True then not (elem 1 [1 :: Int, 2]) else False

h :: M.Map Int Int -> Maybe Int
h m = M.lookup 1 m >>= return . (+ 1)

k :: [a] -> Bool
k xs = length xs == 0 -- empty

add :: Int -> Int -> Int
add x y = foldr (+) 0 [x, y]

p :: Int -> Int
p a = (\\x -> x + 1) a

s :: Int -> String
s n = "a" ++ (show n)

main :: IO ()
main = do
  putStrLn (f [1, 2])
  if g True
    then do
      print 1
      print 2
    else return ()
  mapM_ (\\x -> print x) [1, 2, 3]
  let q = map (\\(a, b) -> a) [(1, 2)]
  print $ (k q, h M.empty, add 1 2, p 1, s 2)
  print (foo (Foo 1))
  x <- newIORef (Foo 2)
  readIORef x >>= \\y -> print y
"""


def test_each_suggestion_makes_a_program(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    told = linted(agent, "Main.hs", agent.edit("Main.hs", TEXT))
    actions = {title: fix for title, (_, fix) in found(TEXT, told, names(agent, TEXT, told)).items()}
    assert {
        "Use concatMap",
        "Use newtype instead of data",
        "Use when",
        "Use <&>",
        "Unused LANGUAGE pragma",
    } <= {title.removeprefix("Apply hint: ") for title in actions}
    for title, fix in actions.items():
        text = apply(TEXT, fix.edits)
        wrong = [each.message for each in agent.check("Main.hs", text) if each.severity == 1]
        assert not wrong, (title, text, wrong)


def test_all_at_once_make_a_program(agent: Agent) -> None:
    agent.sync({"Main.hs": ""})
    told = linted(agent, "Main.hs", agent.edit("Main.hs", TEXT))
    source, known = Source(TEXT), names(agent, TEXT, told)
    [fix] = fixes_of_all([Problem(source, each, known) for each in told])
    assert fix.kind == "source.fixAll"
    text = apply(TEXT, fix.edits)
    assert "newtype Foo = Foo { foo :: Int }\n" in text
    assert "Arrows" not in text
    assert [each.message for each in agent.check("Main.hs", text) if each.severity == 1] == [], text
