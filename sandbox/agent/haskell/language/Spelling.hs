{-# LANGUAGE CPP #-}

-- | How a name is written.
module Spelling (isWritten, nameOf, occurrence, selector) where

import Data.Foldable (toList)
import Data.List (stripPrefix)
import GHC
import GHC.Types.Name (getOccString)
import GHC.Types.Name.Reader

nameOf :: GlobalRdrElt -> Name
#if __GLASGOW_HASKELL__ >= 908
nameOf = gre_name
#else
nameOf = greMangledName
#endif

-- | As it is written: of a field that shares its name with another, GHC 9.6 has made "$sel:field:Constructor".
occurrence :: Name -> String
occurrence name = maybe full (takeWhile (/= ':')) (stripPrefix selector full)
  where
    full = getOccString name

selector :: String
selector = "$sel:"

-- | Whether one may write it so: with the qualifier, or without any.
isWritten :: GlobalRdrElt -> String -> Bool
isWritten element qualifier
  | null qualifier = gre_lcl element || any (not . is_qual . is_decl) (toList (gre_imp element))
  | otherwise = qualifier `elem` map (moduleNameString . is_as . is_decl) (toList (gre_imp element))
