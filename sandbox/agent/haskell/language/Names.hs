-- | What a name is: its type, where it is defined, its documentation.
module Names (described, brief, isMade, lookedUp, signature) where

import Control.Exception (SomeException, try)
import Data.List (intercalate, sortOn, stripPrefix)
import Data.Maybe (fromMaybe, isJust, listToMaybe)
import GHC
import GHC.Core.ConLike (ConLike (..))
import GHC.Core.DataCon (dataConDisplayType)
import GHC.Core.PatSyn (pprPatSynType)
import GHC.Core.TyCo.Ppr (pprSigmaType)
import GHC.Data.FastString (unpackFS)
import GHC.Driver.Env (HscEnv (..))
import GHC.Driver.Main (hscGetModuleInterface, hscTcRcLookupName)
import GHC.Types.Name (getOccString, isDataOcc, isDerivedOccName, isSystemName, isTcOcc, nameModule_maybe, nameOccName)
import GHC.Types.Name.Env (lookupNameEnv)
import GHC.Types.Name.Reader
import GHC.Types.TyThing.Ppr (pprTyThingHdr)
import GHC.Types.Unique.Map (lookupUniqMap)
import GHC.Types.Var (varType)
import GHC.Unit.Env (ue_units)
import GHC.Unit.Module (unitString)
import GHC.Unit.State (lookupUnit, unitPackageNameString)

import Checked (Checked (..), everything, printed)
import Json (Json (..))
import Spelling (nameOf, occurrence, selector)
import Unnamed (withoutAny)

-- | Everything that is known of a name.
described :: Checked -> Maybe String -> Name -> IO Json
described one local name = do
  thing <- lookedUp one name
  docs <- documentation one name
  newest <- redefined one name
  pure . Object $ brief one name thing local ++ [("definition", definition newest), ("documentation", Text docs)]

-- | The name as its module has it now: who imports it was perhaps not checked again since. A module's own names are
-- those of its file, for every `Main` has the same module's name; of several files with a module, the name's own first.
redefined :: Checked -> Name -> IO Name
redefined one name
  | nameModule_maybe name == Just (module_ one) = pure name
  | otherwise = do
      known <- everything
      pure . fromMaybe name $ listToMaybe
        [ nameOf element
        | Just home <- [nameModule_maybe name]
        , other <- sortOn (not . isFrom) known
        , module_ other == home
        , Just element <- [lookupGRE_Name (scope other) name]
        ]
  where
    isFrom other = case nameSrcSpan name of
      RealSrcSpan place _ -> unpackFS (srcSpanFile place) `elem` [path other, "./" ++ path other]
      _ -> False

-- | What a list of names shows of each.
brief :: Checked -> Name -> Maybe TyThing -> Maybe String -> [(String, Json)]
brief one name thing local =
  [ ("name", Text (occurrence name))
  , ("kind", Text (kind name thing))
  , ("type", Text (fromMaybe "" (maybe local (Just . signature one) thing)))
  , ("module", maybe Null (Text . moduleNameString . moduleName) (nameModule_maybe name))
  , ("package", maybe Null (Text . package one) (nameModule_maybe name))
  ]

-- | GHC's own invention, which nobody writes.
isMade :: Name -> Bool
isMade name = isSystemName name || isDerivedOccName (nameOccName name) && not isField
  where
    isField = isJust (stripPrefix selector (getOccString name))

lookedUp :: Checked -> Name -> IO (Maybe TyThing)
lookedUp one name = case lookupNameEnv (types one) name of
  Just thing -> pure (Just thing)
  Nothing | Nothing <- nameModule_maybe name -> pure Nothing
  Nothing -> either none id <$> try (hscTcRcLookupName (session one) name)
  where
    none :: SomeException -> Maybe TyThing
    none _ = Nothing

-- | A value's type; a type's head.
signature :: Checked -> TyThing -> String
signature one thing = printed one $ case thing of
  AnId var -> pprSigmaType (withoutAny (varType var))
  AConLike (RealDataCon con) -> pprSigmaType (dataConDisplayType False con)
  AConLike (PatSynCon synonym) -> pprPatSynType synonym
  _ -> pprTyThingHdr thing

kind :: Name -> Maybe TyThing -> String
kind name thing = case thing of
  Just (ATyCon con) | isClassTyCon con -> "class"
  Just (ATyCon _) -> "type"
  Just (AConLike _) -> "constructor"
  _ | isDataOcc occ -> "constructor"
  _ | isTcOcc occ -> "type"
  _ -> "value"
  where
    occ = nameOccName name

package :: Checked -> Module -> String
package one home = case lookupUnit (ue_units (hsc_unit_env (session one))) (moduleUnit home) of
  Just unit -> unitPackageNameString unit
  Nothing -> let unit = unitString (moduleUnit home) in if unit == "main" then "" else unit

-- | Its file and place, where that is a file of the workspace.
definition :: Name -> Json
definition name = case nameSrcSpan name of
  RealSrcSpan place _ ->
    Object
      [ ("file", Text (unpackFS (srcSpanFile place)))
      , ( "span"
        , List (map Number [srcSpanStartLine place, srcSpanStartCol place, srcSpanEndLine place, srcSpanEndCol place])
        )
      ]
  _ -> Null

-- | The words of Haddock in the module's interface; a workspace's own modules have none there.
documentation :: Checked -> Name -> IO String
documentation one name = case nameModule_maybe name of
  Just home | moduleUnit home /= moduleUnit (module_ one) -> either none id <$> try (look home)
  _ -> pure ""
  where
    none :: SomeException -> String
    none _ = ""
    look home = do
      interface <- hscGetModuleInterface (session one) home
      pure $ case mi_docs interface of
        Just docs | Just found <- lookupUniqMap (docs_decls docs) name -> intercalate "\n\n" (map text found)
        _ -> ""
    text :: HsDoc GhcRn -> String
    text = renderHsDocString . hsDocString
