-- | The fields of a record: of what is written, or of what has been seen at a place.
module Fields (fields, fieldsAt) where

import Data.Char (isUpper)
import Data.List (nub)
import Data.Maybe (fromMaybe, listToMaybe)
import GHC
import GHC.Core.ConLike (ConLike (..), conLikeFieldLabels)
import GHC.Core.DataCon (dataConDisplayType)
import GHC.Core.TyCon (tyConFieldLabels, tyConName)
import GHC.Core.Type (getTyVar_maybe, splitFunTy_maybe, splitTyConApp_maybe)
import GHC.Data.FastString (unpackFS)
import GHC.Iface.Type (IfaceTyCon (..), IfaceType (..), appArgsIfaceTypes)
import GHC.Types.FieldLabel (flSelector)
import GHC.Types.Name (getOccString, isDataOcc, nameOccName)
import GHC.Types.Name.Reader
import GHC.Types.Var (isVisibleFunArg, varType)

import Checked (Checked (..))
import Json (Json (..))
import Names (brief, lookedUp)
import Places (localTypes, typeOf)
import Spelling (isWritten, nameOf, occurrence)

-- | As much of a type as its fields need.
data Shape = Made Name [Shape] | Variable String | Taking Shape Shape | Unknown

-- | The fields of a constructor, or of what a variable becomes with so many arguments and behind it these fields;
-- all that are in scope where that is not known.
fields :: Checked -> Int -> Int -> String -> String -> Int -> [String] -> IO Json
fields one line column qualifier written arguments chain
  | any isUpper (take 1 written), arguments == 0, null chain = ofConstructor >>= tell . fromMaybe everyField
  | null written = tell everyField
  | otherwise = written' >>= flip (foldl (\shape label -> shape >>= select one label)) chain . pure . applied >>= labels one >>= tell . fromMaybe everyField
  where
    applied shape = iterate result shape !! arguments
    written' = case [type_ | (name, type_) <- localTypes one line column, null qualifier, name == written] of
      type_ : _ -> pure (maybe Unknown ofIface type_)
      [] -> fromMaybe Unknown . listToMaybe <$> things value
    ofConstructor = listToMaybe <$> things conFields
    things use = do
      found <- mapM (lookedUp one) [name | name <- inScope, occurrence name == written, isDataOcc (nameOccName name) == any isUpper (take 1 written)]
      pure [used | Just thing <- found, Just used <- [use thing]]
    conFields thing = case thing of
      AConLike con -> Just (map flSelector (conLikeFieldLabels con))
      _ -> Nothing
    value thing = case thing of
      AnId var -> Just (ofType (varType var))
      AConLike (RealDataCon con) -> Just (ofType (dataConDisplayType False con))
      _ -> Nothing
    everyField = nub [nameOf element | element <- globalRdrEnvElts (scope one), isWritten element qualifier, isRecFldGRE element]
    inScope = [nameOf element | element <- globalRdrEnvElts (scope one), isWritten element qualifier]
    tell = told one

-- | The fields of the expression that fills the place; nothing where its type is no record's.
fieldsAt :: Checked -> Int -> Int -> Int -> Int -> IO Json
fieldsAt one line column endLine endColumn =
  labels one (maybe Unknown ofIface (typeOf one line column endLine endColumn)) >>= maybe (pure Null) (told one)

told :: Checked -> [Name] -> IO Json
told one names = List <$> mapM (\name -> Object . flip (brief one name) Nothing <$> lookedUp one name) names

ofType :: Type -> Shape
ofType type_
  | Just (flag, _, argument, rest) <- splitFunTy_maybe body = if isVisibleFunArg flag then Taking (ofType argument) (ofType rest) else ofType rest
  | Just (con, arguments) <- splitTyConApp_maybe body = Made (tyConName con) (map ofType arguments)
  | Just variable <- getTyVar_maybe body = Variable (getOccString variable)
  | otherwise = Unknown
  where
    (_, body) = splitForAllTyCoVars type_

ofIface :: IfaceType -> Shape
ofIface type_ = case type_ of
  IfaceForAllTy _ body -> ofIface body
  IfaceFunTy flag _ argument rest
    | isVisibleFunArg flag -> Taking (ofIface argument) (ofIface rest)
    | otherwise -> ofIface rest
  IfaceTyConApp con arguments -> Made (ifaceTyConName con) (map ofIface (appArgsIfaceTypes arguments))
  IfaceTyVar variable -> Variable (unpackFS variable)
  _ -> Unknown

result :: Shape -> Shape
result shape = case shape of
  Taking _ rest -> rest
  _ -> Unknown

-- | What a record's field holds.
select :: Checked -> String -> Shape -> IO Shape
select one label shape = do
  plain <- expanded one shape
  own <- labels one plain
  selector <- traverse (lookedUp one) (listToMaybe [name | name <- fromMaybe [] own, occurrence name == label])
  pure $ case (plain, selector) of
    (Made _ arguments, Just (Just (AnId var)))
      | Taking (Made _ parameters) field <- ofType (varType var) -> substitute (zip parameters arguments) field
    _ -> Unknown

substitute :: [(Shape, Shape)] -> Shape -> Shape
substitute known shape = case shape of
  Variable name -> fromMaybe shape (listToMaybe [other | (Variable own, other) <- known, own == name])
  Made con arguments -> Made con (map (substitute known) arguments)
  Taking argument rest -> Taking (substitute known argument) (substitute known rest)
  Unknown -> Unknown

-- | Nothing: it is no record.
labels :: Checked -> Shape -> IO (Maybe [Name])
labels one shape = do
  plain <- expanded one shape
  thing <- case plain of
    Made con _ -> lookedUp one con
    _ -> pure Nothing
  pure $ case thing of
    Just (ATyCon con) | found@(_ : _) <- tyConFieldLabels con -> Just (map flSelector found)
    _ -> Nothing

-- | Without a synonym at its head.
expanded :: Checked -> Shape -> IO Shape
expanded one shape = case shape of
  Made con arguments -> do
    thing <- lookedUp one con
    case thing of
      Just (ATyCon synonym)
        | Just (parameters, meaning) <- synTyConDefn_maybe synonym ->
            expanded one (substitute (zip (map (Variable . getOccString) parameters) arguments) (ofType meaning))
      _ -> pure shape
  _ -> pure shape
