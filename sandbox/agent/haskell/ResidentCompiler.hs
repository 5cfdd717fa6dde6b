{-# LANGUAGE CApiFFI #-}
{-# LANGUAGE CPP #-}

-- | A GHC that has read its package database and the interfaces which most programs need, and forks for each compile.
--
-- The agent sends a job (descriptors 0, 1 and 2 and GHC's arguments) over the socket on descriptor 3. As with programs
-- that GHCi forks, a grandchild does the work in a session of its own, the child between answers with its process id
-- and leaves, and the agent collects the grandchild. What user code does to it there is lost on its parent.
module Main (main) where

import Control.Monad (forever, void, when)
import Control.Monad.IO.Class (liftIO)
import Foreign.C.String (CString, peekCStringLen)
import Foreign.C.Types (CInt (..), CSize (..))
import Foreign.Marshal.Alloc (alloca, free)
import Foreign.Ptr (Ptr)
import Foreign.Storable (peek)
import GHC (DynFlags (..), Ghc)
import qualified GHC
import GHC.Driver.Config.Diagnostic (initDiagOpts, initPrintConfig)
import GHC.Driver.Config.Logger (initLogFlags)
import GHC.Driver.Env (HscEnv (..))
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
import GHC.Driver.Errors (printOrThrowDiagnostics)
import GHC.Driver.Errors.Types (GhcMessage (GhcDriverMessage))
#else
import GHC.Driver.Errors (handleFlagWarnings)
#endif
import GHC.Driver.Main (hscSimplify)
import GHC.Driver.Monad (Session, modifySession, reflectGhc, reifyGhc)
import GHC.Driver.Session (defaultFatalMessager, defaultFlushOut)
import GHC.TopHandler (flushStdHandles)
import GHC.Types.SourceError (handleSourceError)
import GHC.Types.SrcLoc (mkGeneralLocated, unLoc)
import GHC.Unit.Module.Graph (emptyMG)
import GHC.Utils.Logger (setLogFlags)
import GHC.Utils.TmpFs (initTmpFs)
import System.Environment (getArgs)
import System.Exit (ExitCode (..), exitWith)
import System.IO (BufferMode (..), hSetBuffering, stderr, stdout)
import System.Mem (performMajorGC, performMinorGC)
import System.Posix.Process (exitImmediately, forkProcess, getProcessStatus)
import System.Posix.Signals (Handler (Default), installHandler, sigINT)

foreign import capi "job.h job_receive" jobReceive :: Ptr CString -> IO CInt
foreign import capi "job.h job_enter" jobEnter :: IO CInt
foreign import capi "job.h job_answer" jobAnswer :: CInt -> IO ()
foreign import capi "job.h job_drop" jobDrop :: IO ()
foreign import capi "room.h room_make" makeRoom :: CSize -> IO ()

-- | Arguments: the program that it reads to warm up, and the flags that all compiles have in common.
main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  hSetBuffering stderr LineBuffering
  usual : arguments <- getArgs
  GHC.runGhc (Just LIBDIR) $ do
    fresh <- GHC.getSessionDynFlags
    (flags, _) <- parsed fresh arguments
    _ <- GHC.setSessionDynFlags flags
    readUsual usual
    liftIO (performMajorGC >> jobAnswer 0)
    forever (liftIO receive >>= reifyGhc . serve fresh)

-- | Compiles a program as far as GHC looks at interfaces, and keeps nothing else of it.
readUsual :: FilePath -> Ghc ()
readUsual path = do
  target <- GHC.guessTarget path Nothing Nothing
  GHC.setTargets [target]
  graph <- GHC.depanal [] False
  mapM_ simplified (GHC.mgModSummaries graph)
  GHC.setTargets []
  modifySession $ \env -> env {hsc_mod_graph = emptyMG}
  where
    simplified summary = do
      desugared <- GHC.desugarModule =<< GHC.typecheckModule =<< GHC.parseModule summary
      env <- GHC.getSession
      liftIO (hscSimplify env [] (GHC.dm_core_module desugared))

receive :: IO [String]
receive = alloca $ \place -> do
  size <- jobReceive place
  when (size < 0) (exitImmediately ExitSuccess)
  buffer <- peek place
  text <- peekCStringLen (buffer, fromIntegral size)
  free buffer
  pure (splitOn '\0' text)

splitOn :: Char -> String -> [String]
splitOn mark text = case break (== mark) text of
  (part, _ : rest) -> part : splitOn mark rest
  (part, []) -> [part]

serve :: DynFlags -> [String] -> Session -> IO ()
serve fresh arguments session = do
  between <- forkProcess $ do
    forkProcess (compile fresh arguments session) >>= jobAnswer . fromIntegral
    exitImmediately ExitSuccess
  jobDrop
  void (getProcessStatus True False between)

-- | In the grandchild: what @ghc --make@ does. It leaves without the runtime's last collection.
compile :: DynFlags -> [String] -> Session -> IO ()
compile fresh arguments session = do
  entered <- jobEnter
  when (entered < 0) (exitImmediately (ExitFailure 127))
  _ <- installHandler sigINT Default Nothing
  makeRoom (64 * 1024 * 1024)
  performMinorGC
  GHC.defaultErrorHandler defaultFatalMessager defaultFlushOut $
    reflectGhc (GHC.withCleanupSession (make fresh arguments)) session
  flushStdHandles
  exitImmediately ExitSuccess

make :: DynFlags -> [String] -> Ghc ()
make fresh arguments = orFail $ do
  known <- GHC.getSessionDynFlags
  files <- liftIO initTmpFs
  modifySession $ \env -> env {hsc_tmpfs = files}
  (flags, sources) <- parsed fresh {targetPlatform = targetPlatform known} arguments
  _ <- GHC.setProgramDynFlags flags
  targets <- mapM (\source -> GHC.guessTarget source Nothing Nothing) sources
  GHC.setTargets targets
  done <- GHC.load GHC.LoadAllTargets
  when (GHC.failed done) (liftIO (exitWith (ExitFailure 1)))

orFail :: Ghc a -> Ghc a
orFail = handleSourceError $ \fault -> do
  GHC.printException fault
  liftIO (exitWith (ExitFailure 1))

-- | The flags that the arguments make of fresh ones, and the arguments that are none.
parsed :: DynFlags -> [String] -> Ghc (DynFlags, [String])
parsed fresh arguments = do
  logger <- GHC.getLogger
  let start = fresh {ghcMode = GHC.CompManager, ghcLink = GHC.LinkBinary, verbosity = 1}
      located = map (mkGeneralLocated "on the commandline") arguments
  (flags, rest, warnings) <- GHC.parseDynamicFlags (setLogFlags logger (initLogFlags start)) start located
  let tell = say (setLogFlags logger (initLogFlags flags)) (initPrintConfig flags) (initDiagOpts flags)
  liftIO (tell warnings)
  pure (flags, map unLoc rest)
  where
#if MIN_VERSION_GLASGOW_HASKELL(9,8,0,0)
    say logger config options = printOrThrowDiagnostics logger config options . fmap GhcDriverMessage
#else
    say = handleFlagWarnings
#endif
