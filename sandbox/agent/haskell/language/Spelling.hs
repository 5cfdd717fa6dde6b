{-# LANGUAGE CPP #-}

-- | How a name is written.
module Spelling (nameOf, occurrence, selector) where

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
