-- | The names that can be written in a module.
module Scope (names, about) where

import Data.Char (toLower)
import Data.Foldable (toList)
import Data.List (isPrefixOf, nub, sortOn)
import GHC
import GHC.Types.Name (nameModule_maybe)
import GHC.Types.Name.Reader

import Checked (Checked (..))
import Json (Json (..))
import Names (brief, described, isMade, lookedUp, nameOf, occurrence)
import Places (locals)

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
        , written element
        ]
    fits occ = map toLower prefix `isPrefixOf` map toLower occ
    written element
      | null qualifier = gre_lcl element || any (not . is_qual . is_decl) (toList (gre_imp element))
      | otherwise = qualifier `elem` map (moduleNameString . is_as . is_decl) (toList (gre_imp element))
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
