-- | The names that can be written in a module.
module Scope (names, about, meant, fields) where

import Data.Char (isUpper, toLower)
import Data.Foldable (toList)
import Data.List (isPrefixOf, nub, sortOn)
import Data.Maybe (listToMaybe)
import GHC
import GHC.Core.ConLike (conLikeFieldLabels)
import GHC.Core.TyCon (tyConFieldLabels)
import GHC.Core.Type (tyConAppTyCon_maybe)
import GHC.Types.FieldLabel (flSelector)
import GHC.Types.Name (isDataOcc, isTcOcc, nameModule_maybe, nameOccName)
import GHC.Types.Name.Reader
import GHC.Types.Var (varType)

import Checked (Checked (..))
import Json (Json (..))
import Names (brief, described, isMade, lookedUp)
import Places (locals, localTypes)
import Spelling (nameOf, occurrence)

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

-- | The fields of a constructor, or of what a variable is; of anything else all fields in scope.
fields :: Checked -> Int -> Int -> String -> String -> IO Json
fields one line column qualifier written = do
  found <- known
  List <$> mapM tell (maybe everyField (map flSelector) found)
  where
    known
      | any isUpper (take 1 written) = ofThing isConstructor
      | name : _ <- [name | (occ, name) <- localTypes one line column, null qualifier, occ == written] =
          maybe (pure Nothing) (fmap (>>= ofTypeThing) . lookedUp one) name
      | null written = pure Nothing
      | otherwise = ofThing (not . isConstructor)
    ofThing fits = do
      things <- mapM (lookedUp one) [name | element <- inScope, let name = nameOf element, occurrence name == written, fits name]
      pure (listToMaybe [labels | Just thing <- things, Just labels <- [ofValue thing]])
    ofValue thing = case thing of
      AConLike con -> Just (conLikeFieldLabels con)
      AnId var -> tyConFieldLabels <$> tyConAppTyCon_maybe (varType var)
      _ -> Nothing
    ofTypeThing thing = case thing of
      ATyCon con -> Just (tyConFieldLabels con)
      _ -> Nothing
    isConstructor = isDataOcc . nameOccName
    everyField = nub [nameOf element | element <- inScope, isRecFldGRE element]
    inScope = [element | element <- globalRdrEnvElts (scope one), isWritten element qualifier]
    tell name = Object . flip (brief one name) Nothing <$> lookedUp one name

-- | Whether one may write it so: with the qualifier, or without any.
isWritten :: GlobalRdrElt -> String -> Bool
isWritten element qualifier
  | null qualifier = gre_lcl element || any (not . is_qual . is_decl) (toList (gre_imp element))
  | otherwise = qualifier `elem` map (moduleNameString . is_as . is_decl) (toList (gre_imp element))
