{-# LANGUAGE CPP #-}

-- | Says what every exposed module of every exposed package exports, as GHC's interface files have it.
--
-- A line is fields between tabs; a tab, break or backslash in a field is escaped:
--
-- > module      package  version  dependants  module
-- > definition  number  name  kind  parent  type  package  module  documentation
-- > export      number
--
-- A definition comes once, before its first export; an export is of the module above it.
module Main (main) where

import Control.Exception (SomeException, try)
import Control.Monad (forM_)
import Data.IORef (IORef, newIORef, readIORef, writeIORef)
import Data.List (intercalate, nub, sortOn)
import qualified Data.Map.Strict as Map
import Data.Maybe (fromMaybe)
import Data.Version (showVersion)
import GHC
import GHC.Driver.Env (HscEnv (..), hsc_units)
import GHC.Driver.Main (hscGetModuleInterface, hscTcRcLookupName)
import GHC.Driver.Session (initSDocContext)
import GHC.Types.Avail
import GHC.Types.Name (getOccString, isDerivedOccName, nameOccName)
import GHC.Types.Name.Env (NameEnv, emptyNameEnv, extendNameEnv, lookupNameEnv)
import GHC.Types.Unique.Map (lookupUniqMap)
import GHC.Unit.Info
import GHC.Unit.State (listUnitInfo, lookupUnit)
import GHC.Utils.Outputable (Depth (..), SDocContext (..), mkUserStyle, neverQualify)
import System.Environment (getArgs)
import System.IO
#if __GLASGOW_HASKELL__ < 908
import GHC.Data.FastString (unpackFS)
import GHC.Types.FieldLabel (FieldLabel (..))
import Language.Haskell.Syntax.Basic (field_label)
#endif

import Shown (kind, signature)

data Run = Run
  { session :: HscEnv
  , context :: SDocContext
  , numbers :: IORef (Int, NameEnv Int) -- ^ of the next definition, and of those that were told
  }

-- | The argument is where GHC has its libraries.
main :: IO ()
main = do
  mapM_ (`hSetEncoding` utf8) [stdout, stderr]
  hSetBuffering stdout (BlockBuffering (Just 65536))
  libraries : _ <- getArgs
  env <- runGhc (Just libraries) $ do
    flags <- getSessionDynFlags
    _ <- setSessionDynFlags flags {packageEnv = Just "-"}
    getSession
  known <- newIORef (1, emptyNameEnv)
  let style = initSDocContext (hsc_dflags env) (mkUserStyle neverQualify AllTheWay)
      run = Run env style {sdocLineLength = maxBound `div` 2, sdocCanUseUnicode = False} known
      units = sortOn unitPackageNameString (filter unitIsExposed (listUnitInfo (hsc_units env)))
      dependants = Map.fromListWith (+) [(one, 1 :: Int) | info <- units, one <- nub (unitDepends info)]
  forM_ units $ \info -> unit run info (Map.findWithDefault 0 (unitId info) dependants)

unit :: Run -> UnitInfo -> Int -> IO ()
unit run info dependants = forM_ (sortOn fst (unitExposedModules info)) $ \(name, elsewhere) -> do
  line ["module", unitPackageNameString info, showVersion (unitPackageVersion info), show dependants, moduleNameString name]
  found <- interface run (fromMaybe (mkModule (mkUnit info) name) elsewhere)
  case found of
    Nothing -> hPutStrLn stderr ("no interface of " ++ moduleNameString name)
    Just exporting -> mapM_ (export run) (concatMap parts (mi_exports exporting))

-- | Each name that is exported, as it is written, and what it belongs to.
parts :: AvailInfo -> [(Name, String, String)]
parts exported = case exported of
  AvailTC parent _ -> [(name, label, if name == parent then "" else getOccString parent) | (name, label) <- names]
  Avail _ -> [(name, label, "") | (name, label) <- names]
  where
#if __GLASGOW_HASKELL__ >= 908
    names = [(name, getOccString name) | name <- availNames exported]
#else
    names = map named (availGreNames exported)
    named (NormalGreName name) = (name, getOccString name)
    named (FieldGreName label) = (flSelector label, unpackFS (field_label (flLabel label)))
#endif

export :: Run -> (Name, String, String) -> IO ()
export run (name, label, parent)
  | isDerivedOccName (nameOccName name) && label == getOccString name = pure ()
  | otherwise = do
      (_, before) <- readIORef (numbers run)
      number <- maybe (define run name label parent) (pure . Just) (lookupNameEnv before name)
      forM_ number $ \one -> line ["export", show one]

-- | Tells all about a name, once; nothing where its interface cannot be read.
define :: Run -> Name -> String -> String -> IO (Maybe Int)
define run name label parent = do
  thing <- try (hscTcRcLookupName (session run) name)
  case thing of
    Left problem -> Nothing <$ hPutStrLn stderr (label ++ ": " ++ takeWhile (/= '\n') (show (problem :: SomeException)))
    Right Nothing -> pure Nothing
    Right (Just found) -> do
      (number, before) <- readIORef (numbers run)
      writeIORef (numbers run) (number + 1, extendNameEnv before name number)
      docs <- documentation run name
      line
        [ "definition", show number, label, kind found, parent, signature (context run) found
        , package run (nameModule name), moduleNameString (moduleName (nameModule name)), docs
        ]
      pure (Just number)

package :: Run -> Module -> String
package run home = maybe "" unitPackageNameString (lookupUnit (hsc_units (session run)) (moduleUnit home))

documentation :: Run -> Name -> IO String
documentation run name = do
  found <- interface run (nameModule name)
  pure . fromMaybe "" $ do
    docs <- mi_docs =<< found
    texts <- lookupUniqMap (docs_decls docs) name
    pure (intercalate "\n\n" (map (renderHsDocString . hsDocString) texts))

interface :: Run -> Module -> IO (Maybe ModIface)
interface run home = either none Just <$> try (hscGetModuleInterface (session run) home)
  where
    none :: SomeException -> Maybe ModIface
    none _ = Nothing

line :: [String] -> IO ()
line = putStrLn . intercalate "\t" . map (concatMap escaped)
  where
    escaped '\t' = "\\t"
    escaped '\n' = "\\n"
    escaped '\\' = "\\\\"
    escaped letter = [letter]
