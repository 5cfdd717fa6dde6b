-- | The types that GHC has generalised bindings to: in what it tells of a module, local ones lack their contexts.
module Generalised (Types, generalised, evaluated) where

import Data.Data (Data, cast, gmapQ)
import GHC
import GHC.Core.Type (seqType)
import GHC.Tc.Types.Evidence (HsWrapper)
import GHC.Types.Name (isInternalName)
import GHC.Types.Name.Env (NameEnv, mkNameEnv, nonDetNameEnvElts)
import GHC.Types.Var (varName, varType)

type Types = NameEnv Type

-- | Of the local bindings in a part of what GHC has checked.
generalised :: Data part => part -> Types
generalised part = mkNameEnv [(name, type_) | (name, type_) <- found part, isInternalName name]

found :: Data part => part -> [(Name, Type)]
found part
  | Just _ <- cast part :: Maybe Type = []
  | Just _ <- cast part :: Maybe HsWrapper = []
  | Just (XHsBindsLR binds) <- cast part :: Maybe (HsBindLR GhcTc GhcTc) =
      [(varName (abe_poly export), varType (abe_poly export)) | export <- abs_exports binds] ++ found (abs_binds binds)
  | otherwise = concat (gmapQ found part)

-- | With nothing left of the source that they were found in.
evaluated :: Types -> ()
evaluated = foldr (seq . seqType) () . nonDetNameEnvElts
