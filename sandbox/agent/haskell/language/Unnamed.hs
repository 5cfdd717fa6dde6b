-- | GHC puts a type of its own (`Any`, `ZonkAny 1`) where nothing says which one is meant: it is shown as `_`.
module Unnamed (withoutAny, withoutAnyInside) where

import GHC.Core.TyCo.Rep (Type (..))
import GHC.Core.Type (liftedTypeKind, mkAppTys, mkTyVarTy)
import GHC.Core.TyCon (tyConName)
import GHC.Iface.Ext.Types (HieArgs (..), HieType (..), HieTypeFix (..))
import GHC.Iface.Type (ifaceTyConName)
import GHC.Builtin.Names (gHC_TYPES)
import GHC.Types.Name (Name, getOccString, mkInternalName, mkTyVarOcc, nameModule_maybe)
import GHC.Types.SrcLoc (noSrcSpan)
import GHC.Types.Unique (mkUniqueGrimily)
import GHC.Types.Var (mkTyVar)

withoutAny :: Type -> Type
withoutAny shape = case shape of
  TyConApp con arguments
    | Just own <- ownArguments (tyConName con) -> mkAppTys variable (map withoutAny (drop own arguments))
    | otherwise -> TyConApp con (map withoutAny arguments)
  AppTy function argument -> AppTy (withoutAny function) (withoutAny argument)
  ForAllTy binder body -> ForAllTy binder (withoutAny body)
  FunTy {} -> shape {ft_arg = withoutAny (ft_arg shape), ft_res = withoutAny (ft_res shape)}
  _ -> shape
  where
    variable = mkTyVarTy (mkTyVar unnamed liftedTypeKind)

withoutAnyInside :: HieTypeFix -> HieTypeFix
withoutAnyInside (Roll shape) = Roll $ case shape of
  HTyConApp con (HieArgs arguments)
    | Just own <- ownArguments (ifaceTyConName con) -> applied (map (fmap withoutAnyInside) (drop own arguments))
  _ -> fmap withoutAnyInside shape
  where
    applied [] = variable
    applied arguments = HAppTy (Roll variable) (HieArgs arguments)
    variable = HTyVarTy unnamed

-- | How many of such a type's arguments say nothing: its kind, and a number.
ownArguments :: Name -> Maybe Int
ownArguments name
  | nameModule_maybe name /= Just gHC_TYPES = Nothing
  | otherwise = lookup (getOccString name) [("Any", 1), ("ZonkAny", 2)]

unnamed :: Name
unnamed = mkInternalName (mkUniqueGrimily 0) (mkTyVarOcc "_") noSrcSpan
