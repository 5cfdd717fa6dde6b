{-# LANGUAGE CApiFFI #-}

-- | Runs a program's @main@ in a grandchild of GHCi, so that GHCi stays free and the agent collects the program.
--
-- The agent sends a job (its descriptors 0, 1 and 2 and a block of text) over the socket that GHCi inherited as
-- descriptor 3, and then has GHCi evaluate @start Main.main@. The grandchild becomes a session of its own; the child
-- between answers with its process id on the socket and leaves, before @start@ returns.
module SandboxAgentFork (start, discard, ready) where

import Control.Concurrent.MVar (MVar, putMVar, takeMVar, tryTakeMVar)
import Control.Exception (catch)
import Control.Monad (unless, void, when)
import Foreign.C.String (CString, peekCStringLen)
import Foreign.C.Types (CInt (..))
import Foreign.Marshal.Alloc (alloca, free)
import Foreign.Ptr (Ptr)
import Foreign.Storable (peek)
import qualified GHC.IO.Encoding as Encoding
import qualified GHC.IO.FD as FD
import GHC.IO.Handle.Internals (mkHandle)
import GHC.IO.Handle.Types (Handle (..), HandleType (WriteHandle), Handle__)
import GHC.TopHandler (flushStdHandles, runMainIO, topHandlerFastExit)
import PromptingInput (promptingStdin)
import System.Environment (setEnv, withArgs, withProgName)
import System.Exit (ExitCode (..))
import System.IO (BufferMode (LineBuffering), hSetBuffering, nativeNewlineMode, stderr, stdin, stdout)
import System.Posix.Process (createProcessGroupFor, exitImmediately, forkProcess, getProcessStatus)
import System.Posix.Signals (Handler (Default), installHandler, sigINT)

foreign import capi "job.h job_receive" jobReceive :: Ptr CString -> IO CInt
foreign import capi "job.h job_enter" jobEnter :: IO CInt
foreign import capi "job.h job_answer" jobAnswer :: CInt -> IO ()
foreign import capi "job.h job_drop" jobDrop :: IO ()

-- | Forks, runs the action as a native program's @main@ in the grandchild, and returns as soon as that is under way.
start :: IO a -> IO ()
start action = do
  job <- receive
  child <- forkProcess $ do
    _ <- createProcessGroupFor 0 -- the agent may end GHCi and its group before the program has entered its own
    forkProcess (program job action) >>= jobAnswer . fromIntegral
    exitImmediately ExitSuccess
  jobDrop
  void (getProcessStatus True False child)

-- | Takes a job whose statement GHC refused, and forgets it.
discard :: IO ()
discard = receive >> jobDrop

-- | Links this module and what it needs, before anybody waits for it.
ready :: IO ()
ready = pure ()

data Job = Job {terminal :: String, buffering :: String, name :: String, arguments :: [String]}

receive :: IO Job
receive = alloca $ \place -> do
  size <- jobReceive place
  when (size < 0) (ioError (userError "no job"))
  buffer <- peek place
  text <- peekCStringLen (buffer, fromIntegral size)
  free buffer
  case splitOn '\0' text of
    term : mode : called : args -> pure (Job term mode called args)
    _ -> ioError (userError "no job")

splitOn :: Char -> String -> [String]
splitOn mark text = case break (== mark) text of
  (part, _ : rest) -> part : splitOn mark rest
  (part, []) -> [part]

program :: Job -> IO a -> IO ()
program job action = do
  entered <- jobEnter
  when (entered < 0) (exitImmediately (ExitFailure 127))
  freshHandles
  when (buffering job == "line") (hSetBuffering stdout LineBuffering)
  _ <- installHandler sigINT Default Nothing
  unless (null (terminal job)) (setEnv "TERM" (terminal job))
  withProgName (name job) . withArgs (arguments job) . runMainIO $
    ((action >> flushStdHandles >> exitImmediately ExitSuccess) `catch` topHandlerFastExit)

-- | GHCi's handles hold its own buffered commands and modes: put in what a native program starts with.
freshHandles :: IO ()
freshHandles = do
  codec <- Encoding.getLocaleEncoding
  let output fd label buffered = mkHandle fd label WriteHandle buffered (Just codec) nativeNewlineMode Nothing Nothing
  promptingStdin codec >>= replace stdin
  output FD.stdout "<stdout>" True >>= replace stdout
  output FD.stderr "<stderr>" False >>= replace stderr

replace :: Handle -> Handle -> IO ()
replace old new = do
  content <- takeMVar (state new)
  _ <- tryTakeMVar (state old) -- a thread that did not come along may have held it
  putMVar (state old) content

state :: Handle -> MVar Handle__
state (FileHandle _ place) = place
state (DuplexHandle _ place _) = place
