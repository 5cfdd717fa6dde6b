{-# LANGUAGE CPP #-}

-- | The fields that dots select (`record.field`, `(.field)`), which GHC leaves out of what it tells of a module.
module Selected (selected, fieldsOf) where

import Data.Data (Data, cast, gmapQ)
import Data.Foldable (toList)
import GHC
import GHC.Builtin.Names (getFieldName)
import GHC.Core.TyCon (tyConName)
import GHC.Core.Type (splitFunTy_maybe, tyConAppTyCon_maybe)
import GHC.Data.FastString (unpackFS)
import GHC.Hs.Expr ()
import GHC.Hs.Syn.Type (hsExprType)
import GHC.Tc.Types.Evidence (HsWrapper)
import GHC.Types.Name.Reader (GlobalRdrEnv, Parent (..), globalRdrEnvElts, gre_par)
import GHC.Types.Var (varName)
import Language.Haskell.Syntax.Basic (FieldLabelString (..))

import Spelling (nameOf, occurrence)

-- | Where a field is named, what it is called, and the type that it is selected from.
type Selection = (RealSrcSpan, String, Type)

-- | Those in a part of what GHC has checked.
selected :: Data part => part -> [Selection]
selected part
  | Just _ <- cast part :: Maybe Type = []
  | Just _ <- cast part :: Maybe HsWrapper = []
  | Just (XExpr expansion) <- cast part :: Maybe (HsExpr GhcTc), Just (original, made) <- expanded expansion = own original made ++ selected made
  | otherwise = concat (gmapQ selected part)
  where
    own original made = [(spot, label, record) | ((RealSrcSpan spot _, label), Just (_, _, record, _)) <- zip (labels original) (map splitFunTy_maybe (selectors original made))]

expanded :: XXExprGhcTc -> Maybe (HsExpr GhcRn, HsExpr GhcTc)
expanded expansion = case expansion of
#if __GLASGOW_HASKELL__ >= 908
  ExpandedThingTc (OrigExpr original) made -> Just (original, made)
#else
  ExpansionExpr (HsExpanded original made) -> Just (original, made)
#endif
  _ -> Nothing

labels :: HsExpr GhcRn -> [(SrcSpan, String)]
labels original = case original of
  HsGetField _ _ (L _ occurs) -> [label occurs]
  HsProjection _ fields -> map (label . unLoc) (toList fields)
  _ -> []
  where
    label :: DotFieldOcc GhcRn -> (SrcSpan, String)
    label (DotFieldOcc _ (L spot name)) = (locA spot, unpackFS (field_label name))

-- | The types at which `getField` is used for them, in their order.
selectors :: HsExpr GhcRn -> HsExpr GhcTc -> [Type]
selectors original made = case (original, made) of
  (HsGetField {}, XExpr (WrapExpr (HsWrap _ inner))) -> selectors original inner
  (HsGetField {}, HsApp _ function _) -> uses function
  (HsProjection {}, _) -> reverse (uses made)
  _ -> []

uses :: Data part => part -> [Type]
uses part = case cast part :: Maybe (HsExpr GhcTc) of
  Just expression | isGetField expression -> [hsExprType expression]
  _ -> concat (gmapQ uses part)

isGetField :: HsExpr GhcTc -> Bool
isGetField expression = case expression of
  HsVar _ (L _ var) -> varName var == getFieldName
  XExpr (WrapExpr (HsWrap _ inner)) -> isGetField inner
  HsAppType {} -> or (gmapQ (\part -> maybe False (isGetField . unLoc) (cast part :: Maybe (LHsExpr GhcTc))) expression)
  _ -> False

-- | The fields themselves.
fieldsOf :: GlobalRdrEnv -> [Selection] -> [(RealSrcSpan, Name)]
fieldsOf scope found =
  [ (spot, name)
  | (spot, label, record) <- found
  , Just con <- [tyConAppTyCon_maybe record]
  , element <- globalRdrEnvElts scope
  , ParentIs (tyConName con) == gre_par element
  , let name = nameOf element
  , occurrence name == label
  ]
