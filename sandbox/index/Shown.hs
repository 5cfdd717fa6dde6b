-- | A definition as the index shows it: its kind, and its type or head on one line.
module Shown (kind, signature) where

import GHC
import GHC.Core.ConLike (ConLike (..))
import GHC.Core.DataCon (dataConDisplayType)
import GHC.Core.PatSyn (pprPatSynType)
import GHC.Core.TyCo.Ppr (pprSigmaType, pprTheta, pprType)
import GHC.Core.TyCo.Rep (Type (..))
import GHC.Core.TyCon (isDataFamilyTyCon, isVisibleTyConBinder, tyConBinders)
import GHC.Core.Type (mkSpecForAllTys, binderVar)
import GHC.Tc.Utils.TcType (mkPhiTy)
import GHC.Types.Id (isClassOpId)
import GHC.Types.Var (VarBndr (..), isInvisibleFunArg, varType)
import GHC.Utils.Outputable

kind :: TyThing -> String
kind thing = case thing of
  AnId var
    | isRecordSelector var -> "field"
    | isClassOpId var -> "method"
    | otherwise -> "function"
  AConLike (RealDataCon _) -> "constructor"
  AConLike (PatSynCon _) -> "pattern"
  ATyCon con
    | isClassTyCon con -> "class"
    | isFamilyTyCon con -> "family"
    | otherwise -> "type"
  ACoAxiom _ -> "axiom"

-- | A value's type; of a type what stands before its @where@ or its constructors.
signature :: SDocContext -> TyThing -> String
signature context thing = unwords . words . renderWithContext context $ case thing of
  AnId var -> pprSigmaType (prenex (varType var))
  AConLike (RealDataCon con) -> pprSigmaType (prenex (dataConDisplayType False con))
  AConLike (PatSynCon synonym) -> pprPatSynType synonym
  ATyCon con -> headOf con
  ACoAxiom _ -> empty

-- | A method's own variables and constraints beside its class's, as one reads them; synonyms stay what they are.
prenex :: Type -> Type
prenex whole = mkSpecForAllTys variables (mkPhiTy constraints body)
  where
    (variables, constraints, body) = split whole
    split given = case given of
      ForAllTy (Bndr variable _) inner -> let (more, needed, rest) = split inner in (variable : more, needed, rest)
      FunTy {ft_af = how, ft_arg = needed, ft_res = inner}
        | isInvisibleFunArg how -> let (more, others, rest) = split inner in (more, needed : others, rest)
      _ -> ([], [], given)

headOf :: TyCon -> SDoc
headOf con
  | Just found <- tyConClass_maybe con = text "class" <+> given (classSCTheta found) <+> applied
  | isTypeFamilyTyCon con = text "type family" <+> applied
  | isDataFamilyTyCon con = text "data family" <+> applied
  | Just meaning <- synTyConRhs_maybe con = text "type" <+> applied <+> equals <+> pprType meaning
  | isNewTyCon con = text "newtype" <+> applied
  | otherwise = text "data" <+> applied
  where
    applied = pprPrefixOcc (getName con) <+> hsep (map (ppr . getName . binderVar) visible)
    visible = filter isVisibleTyConBinder (tyConBinders con)
    given [] = empty
    given constraints = pprTheta constraints <+> darrow
