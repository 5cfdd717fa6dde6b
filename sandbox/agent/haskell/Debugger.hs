{-# LANGUAGE CPP #-}
{-# LANGUAGE ScopedTypeVariables #-}

-- | Runs a program as GHCi's debugger does, and says where it stands in JSON on descriptor 3 instead of words.
--
-- The program has descriptors 0, 1 and 2 to itself. Commands come as lines of fields apart by tabs:
--
-- > breaks file:line ...    run    step    local    continue    back    forward    force name    evaluate expression
module Main (main) where

import Control.Exception (AsyncException (UserInterrupt), SomeException, displayException, fromException, try)
import Control.Monad (forM_, unless, void)
import Control.Monad.IO.Class (liftIO)
import Data.Array (assocs)
import qualified Data.ByteString.Builder as Builder
import Data.IORef (IORef, newIORef, readIORef, writeIORef)
import Data.List (partition, sortOn)
import Data.Maybe (isNothing, listToMaybe, mapMaybe)
import GHC (DynFlags (..), Ghc, SingleStep (..))
import qualified GHC
import GHC.Data.FastString (unpackFS)
import GHC.Driver.Backend (interpreterBackend)
import GHC.Driver.Ppr (showSDoc)
import GHC.Driver.Session (gopt_set, gopt_unset)
import qualified GHC.Driver.Session as Session
import GHC.Driver.Monad (reflectGhc, reifyGhc)
import GHC.Platform.Ways (hostFullWays, wayGeneralFlags, wayUnsetGeneralFlags)
import GHC.Runtime.Debugger (showTerm)
import qualified GHC.Runtime.Eval as Eval
import GHC.Runtime.Heap.Inspect (termType)
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
import GHC.Types.Breakpoint (BreakpointId (..))
#else
import GHC.Types.BreakInfo (BreakInfo (..))
#endif
import GHC.Types.Name (Name, getOccString)
import GHC.Types.SourceError (handleSourceError)
import GHC.Types.SrcLoc (RealSrcSpan, SrcSpan (..), isSubspanOf, mkGeneralLocated, srcSpanEndCol, srcSpanEndLine, srcSpanFile, srcSpanStartCol, srcSpanStartLine, unLoc)
import GHC.Types.TyThing (TyThing (AnId))
import GHC.Utils.Outputable (ppr)
import Json (Json (..), encode)
import System.Environment (getArgs, withArgs, withProgName)
import System.Exit (ExitCode (..))
import System.IO (BufferMode (..), Handle, hFlush, hPutStrLn, hSetBuffering, hSetEncoding, stderr, stdout, utf8)
import qualified System.IO as IO
import System.Posix.IO (FdOption (CloseOnExec), fdToHandle, setFdOption)
import System.Posix.Process (exitImmediately)
import Unsafe.Coerce (unsafeCoerce)

-- | What it is told on, whether steps are remembered, and the names that are bound where it stands.
data Debugger = Debugger {control :: Handle, remembers :: Bool, bound :: IORef [Name]}

-- | Arguments: the entry's module, the program's name, "history" or "", how many arguments it has and those, then GHC's.
main :: IO ()
main = do
  entry : name : history : count : rest <- getArgs
  setFdOption 3 CloseOnExec True
  handle <- fdToHandle 3
  hSetEncoding handle utf8
  hSetBuffering handle LineBuffering
  hSetBuffering stdout NoBuffering
  names <- newIORef []
  let (given, options) = splitAt (read count) rest
      debugger = Debugger handle (history == "history") names
  withProgName name . withArgs given . GHC.runGhc (Just LIBDIR) $ do
    loaded <- load options
    unless loaded (liftIO (leave (ExitFailure 1)))
    GHC.setContext [GHC.IIModule (GHC.mkModuleName entry)]
    liftIO (say debugger [("type", Text "ready")])
    serve debugger ("System.IO.hFlush System.IO.stdout Prelude.<* " ++ entry ++ ".main")

load :: [String] -> Ghc Bool
load arguments = handleSourceError (\fault -> GHC.printException fault >> pure False) $ do
  fresh <- GHC.getSessionDynFlags
  logger <- GHC.getLogger
  let start = interpreted fresh {ghcMode = GHC.CompManager, ghcLink = GHC.LinkInMemory, backend = interpreterBackend, verbosity = 0}
  (flags, files, _) <- GHC.parseDynamicFlags logger start (map (mkGeneralLocated "on the commandline") arguments)
  _ <- GHC.setSessionDynFlags (foldl gopt_set flags wanted)
  targets <- mapM (\file -> GHC.guessTarget (unLoc file) Nothing Nothing) files
  GHC.setTargets targets
  GHC.succeeded <$> GHC.load GHC.LoadAllTargets
  where
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
    wanted = [Session.Opt_ImplicitImportQualified, Session.Opt_BreakOnError, Session.Opt_InsertBreakpoints]
#else
    wanted = [Session.Opt_ImplicitImportQualified, Session.Opt_BreakOnError]
#endif

-- | As @ghc --interactive@ has it: packages' dynamic libraries.
interpreted :: DynFlags -> DynFlags
interpreted flags = foldl gopt_unset (foldl gopt_set dynamic (general wayGeneralFlags)) (general wayUnsetGeneralFlags)
  where
    dynamic = flags {targetWays_ = hostFullWays}
    general of_ = concatMap (of_ (targetPlatform flags)) hostFullWays

say :: Debugger -> [(String, Json)] -> IO ()
say debugger said = do
  Builder.hPutBuilder (control debugger) (encode (Object said) <> Builder.char7 '\n')
  hFlush (control debugger)

-- | Commands until the program or the agent leaves.
serve :: Debugger -> String -> Ghc ()
serve debugger program = do
  line <- liftIO (try (IO.hGetLine (control debugger)))
  case line of
    Left gone -> liftIO (void (pure (gone :: IOError)) >> leave (ExitFailure 1))
    Right text -> do
      handleSourceError GHC.printException (obey debugger program (fields text))
      serve debugger program

fields :: String -> [String]
fields text = case break (== '\t') text of
  (field, _ : rest) -> field : fields rest
  (field, []) -> [field]

obey :: Debugger -> String -> [String] -> Ghc ()
obey debugger program command = case command of
  "breaks" : places -> setBreaks debugger (mapMaybe place places)
  ["run"] -> GHC.execStmt program GHC.execOptions {GHC.execSingleStep = running} >>= reached debugger
  ["step"] -> resume debugger (const True) SingleStep
  ["local"] -> here >>= \around -> resume debugger (`isSubspanOf` around) SingleStep
  ["continue"] -> resume debugger (const True) running
  ["back"] -> moved (GHC.back 1)
  ["forward"] -> moved (GHC.forward 1)
  ["force", name] -> liftIO (readIORef (bound debugger)) >>= paused debugger (Just name)
  ["evaluate", expression] -> evaluate debugger expression
  _ -> pure ()
  where
    running = if remembers debugger then RunAndLogSteps else RunToCompletion
    moved go = do
      result <- attempted go
      forM_ result (\(names, _, _, _) -> liftIO (writeIORef (bound debugger) names))
      liftIO (readIORef (bound debugger)) >>= paused debugger Nothing
    place text = case break (== ':') (reverse text) of
      (line, _ : file) | [(number, "")] <- reads (reverse line) -> Just (reverse file, number)
      _ -> Nothing

resume :: Debugger -> (SrcSpan -> Bool) -> SingleStep -> Ghc ()
resume debugger wanted steps = do
  stopped <- GHC.getResumeContext
  unless (null stopped) (GHC.resumeExec wanted steps Nothing >>= reached debugger)

attempted :: forall a. Ghc a -> Ghc (Maybe a)
attempted act = reifyGhc $ \session -> do
  result <- try (reflectGhc act session) :: IO (Either SomeException a)
  pure (either (const Nothing) Just result)

-- | An expression where the program stands; what it prints is output.
evaluate :: Debugger -> String -> Ghc ()
evaluate debugger expression = do
  handleSourceError GHC.printException $ do
    result <- GHC.execStmt expression GHC.execOptions
    case result of
      GHC.ExecBreak {} -> void GHC.abandon
      GHC.ExecComplete {GHC.execResult = Left fault} -> liftIO (hPutStrLn stderr (displayException fault))
      GHC.ExecComplete {} -> pure ()
  liftIO (readIORef (bound debugger)) >>= paused debugger Nothing

reached :: Debugger -> GHC.ExecResult -> Ghc ()
reached debugger result = case result of
  GHC.ExecComplete {GHC.execResult = outcome} -> liftIO (ended outcome)
  GHC.ExecBreak {GHC.breakNames = names} -> do
    leaving <- exits
    if leaving
      then GHC.resumeExec (const True) RunToCompletion Nothing >>= reached debugger
      else liftIO (writeIORef (bound debugger) names) >> paused debugger Nothing names

-- | It stopped only because it exits, which is no error.
exits :: Ghc Bool
exits = do
  thrown <- attempted (GHC.compileExpr "_exception")
  pure $ case thrown of
    Just value | Just code <- fromException (unsafeCoerce value) -> const True (code :: ExitCode)
    _ -> False

ended :: Either SomeException a -> IO ()
ended (Right _) = leave ExitSuccess
ended (Left fault)
  | Just code <- fromException fault = leave code
  | Just UserInterrupt <- fromException fault = leave (ExitFailure 130)
  | otherwise = hPutStrLn stderr (displayException fault) >> leave (ExitFailure 1)

leave :: ExitCode -> IO ()
leave code = do
  _ <- try (hFlush stdout) :: IO (Either SomeException ())
  _ <- try (hFlush stderr) :: IO (Either SomeException ())
  exitImmediately code

-- | Where it stands, what is bound there (one of the names evaluated first), and how it came there.
paused :: Debugger -> Maybe String -> [Name] -> Ghc ()
paused debugger forced names = do
  stopped <- GHC.getResumeContext
  forM_ (listToMaybe stopped) $ \at -> do
    liftIO (hFlush stdout)
    locals <- mapM (local forced) (take 100 names)
    spans <- mapM GHC.getHistorySpan (Eval.resumeHistory at)
    let history = zip spans (map (concat . take 1 . Eval.historyEnclosingDecls) (Eval.resumeHistory at))
        position = Eval.resumeHistoryIx at
        (now, definition) = case drop (position - 1) history of
          step : _ | position > 0 -> step
          _ -> (Eval.resumeSpan at, Eval.resumeDecl at)
    liftIO . say debugger $
      [ ("type", Text "paused"),
        ("place", placed now),
        ("name", Text (take 200 definition)),
        ("exception", Flag (isException at)),
        ("locals", List locals),
        ("history", List [Object [("place", placed at'), ("name", Text (take 200 name))] | (at', name) <- take 50 history]),
        ("position", Number position)
      ]
  where
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
    isException = isNothing . Eval.resumeBreakpointId
#else
    isException = isNothing . Eval.resumeBreakInfo
#endif

placed :: SrcSpan -> Json
placed (RealSrcSpan at _) =
  Object
    [ ("file", Text (fileOf at)),
      ("startLine", Number (srcSpanStartLine at)),
      ("startCol", Number (srcSpanStartCol at)),
      ("endLine", Number (srcSpanEndLine at)),
      ("endCol", Number (srcSpanEndCol at))
    ]
placed _ = Null

-- | As the workspace names it, not as GHC found it.
fileOf :: RealSrcSpan -> FilePath
fileOf at = case unpackFS (srcSpanFile at) of
  '.' : '/' : path -> path
  path -> path

local :: Maybe String -> Name -> Ghc Json
local forced name = do
  flags <- GHC.getSessionDynFlags
  found <- GHC.lookupName name
  shown <- case found of
    Just (AnId variable) -> attempted $ do
      term <- GHC.obtainTermFromId 50 (forced == Just (getOccString name)) variable
      value <- showTerm term
      pure (showSDoc flags (ppr (termType term)), showSDoc flags value)
    _ -> pure Nothing
  let (kind, value) = maybe ("", "(its evaluation failed)") id shown
  pure (Object [("name", Text (getOccString name)), ("kind", Text (take 1000 kind)), ("value", Text (take 4000 value))])

-- * Breakpoints

-- | Exactly these lines; says which stretches of the text they became.
setBreaks :: Debugger -> [(String, Int)] -> Ghc ()
setBreaks debugger wanted = do
  ticks <- allTicks
  environment <- GHC.getSession
  let chosen = mapMaybe (\(file, line) -> tickAt line [tick | tick@(_, _, at) <- ticks, fileOf at == file]) wanted
  forM_ ticks $ \(home, number, _) ->
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
    Eval.setupBreakpoint environment (BreakpointId home number) (count [(one, other) | (one, other, _) <- chosen] (home, number))
#else
    Eval.setupBreakpoint environment (BreakInfo home number) (count [(one, other) | (one, other, _) <- chosen] (home, number))
#endif
  liftIO (say debugger [("type", Text "breaks"), ("places", List [placed (RealSrcSpan at mempty) | (_, _, at) <- chosen])])
  where
    count chosen this = if this `elem` chosen then 0 else -1

type Tick = (GHC.Module, Int, RealSrcSpan)

allTicks :: Ghc [Tick]
allTicks = do
  graph <- GHC.getModuleGraph
  concat <$> mapM (ticksOf . GHC.ms_mod) (GHC.mgModSummaries graph)
  where
    ticksOf home = do
      info <- GHC.getModuleInfo home
      pure [(home, number, at) | Just known <- [info], (number, RealSrcSpan at _) <- assocs (GHC.modBreaks_locs (GHC.modInfoModBreaks known))]

-- | As GHCi chooses: what begins and ends on the line, the leftmost and largest; else what begins there; else further down.
tickAt :: Int -> [Tick] -> Maybe Tick
tickAt line ticks = case sortOn (srcSpanStartLine . third) [tick | tick <- ticks, srcSpanStartLine (third tick) >= line] of
  [] -> Nothing
  below@(first : _) ->
    let begins = srcSpanStartLine (third first)
        (whole, open) = partition ((== begins) . srcSpanEndLine . third) [tick | tick <- below, srcSpanStartLine (third tick) == begins]
     in listToMaybe (sortOn leftmostLargest whole ++ sortOn leftmostLargest open)
  where
    third (_, _, at) = at
    leftmostLargest (_, _, at) = (srcSpanStartCol at, negate (srcSpanEndLine at), negate (srcSpanEndCol at))

-- | The definition around the place where it stands.
here :: Ghc SrcSpan
here = do
  stopped <- GHC.getResumeContext
  ticks <- allTicks
  pure $ case map Eval.resumeSpan stopped of
    now : _ -> case [RealSrcSpan at mempty | (_, _, at) <- ticks, now `isSubspanOf` RealSrcSpan at mempty] of
      [] -> now
      around -> foldr1 (\one other -> if one `isSubspanOf` other then other else one) around
    [] -> UnhelpfulSpan undefined
