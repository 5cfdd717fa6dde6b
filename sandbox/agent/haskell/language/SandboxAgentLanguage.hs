-- | A plugin of the warm GHCi's compiler: it keeps what GHC found of each module that it checked, and answers the
-- agent's questions about that on a socket, whatever else GHCi does.
--
-- A question is a line of fields between tabs: a number, what is asked, a file, and more as the question needs.
-- An answer is a line of JSON. A line without a number tells that a module was checked anew.
module SandboxAgentLanguage (plugin) where

import Control.Concurrent (forkIO)
import Control.Concurrent.MVar (MVar, newMVar, withMVar)
import Control.Exception (SomeException, evaluate)
import Control.Monad (forever, void)
import Data.ByteString.Builder (char7, toLazyByteString)
import qualified Data.ByteString.Lazy as Lazy
import Data.Foldable (for_)
import Data.List (stripPrefix)
import Data.Maybe (fromMaybe)
import Data.IORef (IORef, atomicModifyIORef', newIORef)
import GHC.Hs (GhcTc, LHsExpr)
import GHC.Plugins hiding (failed, line, (<>))
import GHC.Tc.Types (TcGblEnv, TcM)
import GHC.Tc.Utils.Monad (getGblEnv, getTopEnv)
import System.IO (BufferMode (..), Handle, hFlush, hGetLine, hSetBuffering, hSetEncoding, utf8)
import System.IO.Unsafe (unsafePerformIO)
import System.Posix.IO (fdToHandle)
import System.Timeout (timeout)
import Text.Read (readMaybe)

import Checked (checked, everything, find, forgetBut, hash, path, ranIn, remember, runs)
import qualified Fields
import Json (Json (..), encode)
import qualified Places
import qualified Scope
import Tokens (tokens)

plugin :: Plugin
plugin =
  defaultPlugin
    { typeCheckResultAction = keep
    , renamedResultAction = keepRenamedSource
    , spliceRunAction = const keepSplice
    , pluginRecompile = purePlugin
    }

keep :: [CommandLineOption] -> ModSummary -> TcGblEnv -> TcM TcGblEnv
keep options summary result = do
  env <- getTopEnv
  liftIO $ for_ (ml_hs_file (ms_location summary)) $ \file -> do
    one <- checked (plain file) summary env result <$> ranIn result
    remember one
    socket <- opened options
    for_ socket $ \out -> say out (Object [("file", Text (path one)), ("hash", Text (hash one))])
  pure result

keepSplice :: LHsExpr GhcTc -> TcM (LHsExpr GhcTc)
keepSplice splice = do
  env <- getGblEnv
  splice <$ liftIO (runs env splice)

-- | As the manifest writes it.
plain :: FilePath -> FilePath
plain file = fromMaybe file (stripPrefix "./" file)

-- | The socket, once; a thread listens to it for ever.
opened :: [CommandLineOption] -> IO (Maybe Out)
opened options = withMVar opening $ \() -> atomicRead >>= maybe open (pure . Just)
  where
    atomicRead = atomicModifyIORef' current (\known -> (known, known))
    open = case mapM readMaybe options of
      Just (descriptor : _) -> do
        handle <- fdToHandle (fromInteger descriptor)
        hSetEncoding handle utf8
        hSetBuffering handle (BlockBuffering Nothing)
        lock <- newMVar ()
        let out = Out handle lock
        void (forkIO (listen out))
        atomicModifyIORef' current (const (Just out, Just out))
      _ -> pure Nothing

data Out = Out Handle (MVar ())

opening :: MVar ()
opening = unsafePerformIO (newMVar ())
{-# NOINLINE opening #-}

current :: IORef (Maybe Out)
current = unsafePerformIO (newIORef Nothing)
{-# NOINLINE current #-}

say :: Out -> Json -> IO ()
say (Out handle lock) json = do
  line <- evaluate (Lazy.toStrict (toLazyByteString (encode json <> char7 '\n')))
  withMVar lock (\() -> Lazy.hPut handle (Lazy.fromStrict line) >> hFlush handle)

seconds :: Int
seconds = 8

listen :: Out -> IO ()
listen out@(Out handle _) = forever $ do
  line <- hGetLine handle
  case splitOn '\t' line of
    number : question -> do
      answered <- try (timeout (seconds * 1000000) (answer question >>= say out . reply number))
      case answered of
        Right (Just ()) -> pure ()
        Right Nothing -> say out (failed number "GHC did not answer in time.")
        Left problem -> say out (failed number (takeWhile (/= '\n') (show (problem :: SomeException))))
    [] -> pure ()
  where
    reply number json = Object [("number", Text number), ("answer", json)]
    failed number why = Object [("number", Text number), ("failure", Text why)]

answer :: [String] -> IO Json
answer question = case question of
  ["at", file, line, column, endLine, endColumn] ->
    about file (\one -> Places.at one (read line) (read column) (read endLine) (read endColumn))
  ["names", file, line, column, qualifier, prefix, limit] ->
    about file (\one -> Scope.names one (read line) (read column) qualifier prefix (read limit))
  ["fields", file, line, column, qualifier, written, arguments, chain] ->
    about file (\one -> Fields.fields one (read line) (read column) qualifier written (read arguments) (words chain))
  ["fieldsAt", file, line, column, endLine, endColumn] ->
    about file (\one -> Fields.fieldsAt one (read line) (read column) (read endLine) (read endColumn))
  ["about", file, home, name] -> about file (\one -> Scope.about one home name)
  ["meant", file, line, column, qualifier, name] ->
    about file (\one -> Scope.meant one (read line) (read column) qualifier name)
  ["bindings", file] -> about file (pure . Places.bindings)
  ["uses", file, line, column] -> about file $ \origin ->
    List <$> (everything >>= mapM (inModule origin (read line) (read column)))
  ["here", file, line, column] -> about file (\one -> pure (Places.uses one one (read line) (read column)))
  ["tokens", file, first, final, most] -> about file (\one -> tokens one (read first) (read final) (read most))
  "files" : files -> Null <$ forgetBut files
  _ -> ioError (userError "no such question")
  where
    about file use = find file >>= maybe (pure Null) use
    inModule origin line column one =
      pure (Object [("file", Text (path one)), ("uses", Places.uses origin one line column)])

splitOn :: Char -> String -> [String]
splitOn mark whole = case break (== mark) whole of
  (part, _ : rest) -> part : splitOn mark rest
  (part, []) -> [part]
