"""Workspaces of every layout, to be built from their archives."""

from ide.workspaces.example import all_examples

YAML = """\
name: my-thing
dependencies:
- base >= 4.7 && < 5
- containers
default-extensions: [LambdaCase, OverloadedStrings]
ghc-options: -Wall
library:
  source-dirs: src
executables:
  my-thing-exe:
    main: Main.hs
    source-dirs: app
    dependencies: my-thing
tests:
  my-thing-test:
    main: Spec.hs
    source-dirs: test
    dependencies:
    - my-thing
    - hspec
"""

A = "module Lib.A where\n\na :: Int\na = 1\n"

SAMPLES = {
    **{example.slug: example.files for example in all_examples()},
    "named": {"Prog.hs": "module Prog where\n\nmain :: IO ()\nmain = print 1\n", "src/Lib/A.hs": A},
    "library": {"src/Lib/A.hs": A},
    "tests": {
        "src/Lib/A.hs": A,
        "app/Main.hs": "import Lib.A\n\nmain = print a\n",
        "test/Spec.hs": 'import Helper\nimport Lib.A\n\nmain = if a == one then pure () else fail "a"\n',
        "test/Helper.hs": "module Helper where\n\none :: Int\none = 1\n",
    },
    "stack": {
        "package.yaml": YAML,
        "src/Lib.hs": "module Lib (f) where\n\n"
        "f :: Maybe Int -> Int\nf = \\case { Just n -> n; Nothing -> 0 }\n",
        "app/Main.hs": "module Main (main) where\n\nimport Lib\n\nmain :: IO ()\nmain = print (f Nothing)\n",
        "test/Spec.hs": "module Main (main) where\n\nimport Lib\nimport Test.Hspec\n\n"
        'main :: IO ()\nmain = hspec (it "x" (f Nothing `shouldBe` 0))\n',
    },
}
