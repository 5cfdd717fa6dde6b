{-# LANGUAGE CPP #-}

-- | What is kept of each module after GHC has checked it: the last time that it could be.
module Checked
  ( Checked (..)
  , checked
  , remember
  , runs
  , ranIn
  , forgetBut
  , find
  , everything
  , printed
  , trees
  ) where

import qualified Data.Array as Array
import Data.ByteString (empty)
import Data.IORef (IORef, atomicModifyIORef', newIORef, readIORef)
import qualified Data.Map.Strict as Map
import Data.Maybe (fromMaybe)
import qualified Data.Set as Set
import GHC
import GHC.Builtin.Types (unitDataConId)
import GHC.Data.Bag (listToBag, unionBags)
import GHC.Data.FastString (LexicalFastString (..), mkFastString)
import GHC.Driver.Env (HscEnv (..))
import GHC.Driver.Ppr (showSDocForUser)
import GHC.Driver.Session (xopt)
import GHC.Iface.Ext.Ast (mkHieFileWithSource)
import GHC.Iface.Ext.Types
import GHC.LanguageExtensions (Extension (OverloadedRecordDot, TemplateHaskellQuotes))
import GHC.Tc.Types (TcGblEnv (..))
import GHC.Types.Name.Ppr (mkNamePprCtx)
import GHC.Types.Name.Reader (GlobalRdrEnv)
import GHC.Types.TypeEnv (TypeEnv)
import GHC.Unit.Env (ue_units)
import GHC.Utils.Outputable (NamePprCtx (..), PromotionTickContext (..), QualifyName (..), SDoc)
import System.IO.Unsafe (unsafePerformIO)

import Generalised (Types, evaluated, generalised)
import Quoted (quoted, withQuoted)
import Selected (fieldsOf, selected)

data Checked = Checked
  { path :: FilePath
  , module_ :: Module
  , hash :: String
  , session :: HscEnv
  , scope :: GlobalRdrEnv
  , types :: TypeEnv
  , splices :: Set.Set RealSrcSpan -- ^ those that ran; what they made has their places
  , hie :: HieFile -- ^ made when it is first looked at
  , generals :: Types -- ^ made with it
  }

checked :: FilePath -> ModSummary -> HscEnv -> TcGblEnv -> [LHsExpr GhcTc] -> Checked
checked file summary env result ran =
  Checked
    { path = file
    , module_ = tcg_mod result
    , hash = show (ms_hs_hash summary)
    , session = env
    , scope = tcg_rdr_env result
    , types = tcg_type_env result
    , splices = Set.fromList [place | splice <- ran, RealSrcSpan place _ <- [getLocA splice]]
    , hie = evaluated general `seq` whole (withQuoted (quotes ++ fields) told)
    , generals = general
    }
  where
    general = generalised (tcg_binds result)
    told = mkHieFileWithSource file empty summary result {tcg_binds = tcg_binds result `unionBags` asWritten} renamed
    quotes = if has TemplateHaskellQuotes then quoted group ++ concatMap quoted ran else []
    fields = if has OverloadedRecordDot then fieldsOf (tcg_rdr_env result) (selected (tcg_binds result)) else []
    has extension = xopt extension (ms_hspp_opts summary)
    -- Of a declaration's splice GHC keeps what it made alone.
    asWritten = listToBag [L (getLoc splice) (VarBind noExtField unitDataConId splice) | splice <- ran]
#if __GLASGOW_HASKELL__ >= 908
    renamed = (group, tcg_rn_imports result, tcg_rn_exports result, Nothing, Nothing)
#else
    renamed = (group, tcg_rn_imports result, tcg_rn_exports result, Nothing)
#endif
    group = fromMaybe (error "the renamed source was not kept") (tcg_rn_decls result)

-- | All of it or nothing: what is left of it undone holds all that GHC knew while it compiled.
whole :: HieFile -> HieFile
whole file = foldr seq (foldr (\tree rest -> node tree `seq` rest) file (getAsts (hie_asts file))) kinds
  where
    kinds = [foldr seq () shape | shape <- Array.elems (hie_types file)]
    node tree = nodeSpan tree `seq` foldr (seq . info) () (getSourcedNodeInfo (sourcedNodeInfo tree))
      `seq` foldr (seq . node) () (nodeChildren tree)
    info found = foldr seq () (nodeType found) `seq` Map.foldrWithKey (\name details rest -> named name `seq` detail details `seq` rest) () (nodeIdentifiers found)
    named = either (`seq` ()) (`seq` ())
    detail details = foldr seq () (identType details) `seq` foldr (seq . context) () (identInfo details)
    context how = case how of
      ValBind _ scope_ extent -> scope_ `seq` foldr seq () extent
      PatternBind inner outer extent -> inner `seq` outer `seq` foldr seq () extent
      ClassTyDecl extent -> foldr seq () extent
      Decl _ extent -> foldr seq () extent
      RecField _ extent -> foldr seq () extent
      TyVarBind scope_ outer -> scope_ `seq` outer `seq` ()
      EvidenceVarBind _ scope_ extent -> scope_ `seq` foldr seq () extent
      _ -> ()

modules :: IORef (Map.Map FilePath Checked)
modules = unsafePerformIO (newIORef Map.empty)
{-# NOINLINE modules #-}

-- | The splices of the module under way, and by what its check is known from another one's.
running :: IORef (Maybe (IORef Bool), [LHsExpr GhcTc])
running = unsafePerformIO (newIORef (Nothing, []))
{-# NOINLINE running #-}

-- | A splice runs.
runs :: TcGblEnv -> LHsExpr GhcTc -> IO ()
runs env splice = atomicModifyIORef' running $ \known ->
  ((Just (tcg_th_splice_used env), splice : ofCheck env known), ())

-- | The splices that ran in this check.
ranIn :: TcGblEnv -> IO [LHsExpr GhcTc]
ranIn env = atomicModifyIORef' running (\known -> ((Nothing, []), ofCheck env known))

ofCheck :: TcGblEnv -> (Maybe (IORef Bool), [LHsExpr GhcTc]) -> [LHsExpr GhcTc]
ofCheck env (check, ran) = if check == Just (tcg_th_splice_used env) then ran else []

remember :: Checked -> IO ()
remember one = atomicModifyIORef' modules (\known -> (Map.insert (path one) one known, ()))

-- | Forget every file but these.
forgetBut :: [FilePath] -> IO ()
forgetBut files = atomicModifyIORef' modules (\known -> (Map.restrictKeys known wanted, ()))
  where
    wanted = Map.keysSet (Map.fromList [(file, ()) | file <- files])

find :: FilePath -> IO (Maybe Checked)
find file = Map.lookup file <$> readIORef modules

everything :: IO [Checked]
everything = Map.elems <$> readIORef modules

-- | As GHC would print it to somebody who writes this module; what is not in scope without its module.
printed :: Checked -> SDoc -> String
printed one = showSDocForUser (hsc_dflags env) (ue_units (hsc_unit_env env)) names
  where
    env = session one
    written = mkNamePprCtx (PromTickCtx False True) (hsc_unit_env env) (scope one)
    names = written {queryQualifyName = \home name -> short (queryQualifyName written home name)}
    short how = case how of
      NameNotInScope1 -> NameUnqual
      NameNotInScope2 -> NameUnqual
      _ -> how

-- | The trees of the source itself, not of what it includes.
trees :: Checked -> [HieAST TypeIndex]
trees one = case [tree | name <- [path one, "./" ++ path one], Just tree <- [Map.lookup (key name) found]] of
  [] -> Map.elems found
  own -> own
  where
    key = LexicalFastString . mkFastString
    found = getAsts (hie_asts (hie one))
