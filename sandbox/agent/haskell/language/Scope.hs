-- | The names that can be written in a module.
module Scope (names, about, meant) where

import Data.Char (toLower)
import Data.List (isPrefixOf, nub, sortOn)
import GHC
import GHC.Types.Name (isTcOcc, nameModule_maybe, nameOccName)
import GHC.Types.Name.Reader

import Checked (Checked (..))
import Json (Json (..))
import Names (brief, described, isMade, lookedUp)
import Places (locals)
import Spelling (isWritten, nameOf, occurrence)

-- | Those that begin with the prefix, whatever its case; with a qualifier those that it gives. At most so many.
names :: Checked -> Int -> Int -> String -> String -> Int -> IO Json
names one line column qualifier prefix limit = do
  outer <- mapM global (take limit fitting)
  pure (List (near ++ outer))
  where
    near
      | null qualifier =
          [ Object [("name", Text occ), ("kind", Text "local"), ("type", Text shown), ("module", Null), ("package", Null)]
          | (name, shown) <- take limit (locals one line column)
          , let occ = occurrence name
          , fits occ
          ]
      | otherwise = []
    fitting =
      sortOn (\name -> (not (prefix `isPrefixOf` occurrence name), length (occurrence name))) . nub $
        [ name
        | element <- globalRdrEnvElts (scope one)
        , let name = nameOf element
        , fits (occurrence name)
        , not (isMade name)
        , isWritten element qualifier
        ]
    fits occ = map toLower prefix `isPrefixOf` map toLower occ
    global name = do
      thing <- lookedUp one name
      pure (Object (brief one name thing Nothing))

-- | Everything about a name that such a list showed.
about :: Checked -> String -> String -> IO Json
about one home wanted =
  case [name | element <- globalRdrEnvElts (scope one), let name = nameOf element, occurrence name == wanted, from name] of
    name : _ -> described one Nothing name
    [] -> pure Null
  where
    from name = fmap (moduleNameString . moduleName) (nameModule_maybe name) == Just home

-- | What the name means for who writes it there: the innermost of that name, else what is in scope, a type last.
meant :: Checked -> Int -> Int -> String -> String -> IO Json
meant one line column qualifier wanted = case near ++ outer of
  (name, shown) : _ -> described one shown name
  [] -> pure Null
  where
    near = [(name, Just shown) | null qualifier, (name, shown) <- locals one line column, occurrence name == wanted]
    outer = [(name, Nothing) | name <- sortOn (isTcOcc . nameOccName) inScope]
    inScope = [name | element <- globalRdrEnvElts (scope one), let name = nameOf element, occurrence name == wanted, isWritten element qualifier]
