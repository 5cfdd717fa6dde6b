{-# LANGUAGE GADTs #-}

-- | A standard input that shows a prompt before it waits: whoever reads from it flushes @stdout@ first.
--
-- A native program with its output in a pipe would keep @putStr "Name? "@ in its buffer while @getLine@ waits. The
-- handle's device stays an ordinary 'FD', so that what looks for one in a handle (haskeline, process) finds it; only
-- the instances packed into the handle are those of 'Prompting'.
module PromptingInput (promptingStdin) where

import Control.Exception (IOException, try)
import GHC.IO.BufferedIO (BufferedIO (..), readBuf, readBufNonBlocking)
import Data.Typeable (Typeable)
import GHC.IO.Device (IODevice, RawIO (..))
import GHC.IO.Encoding.Types (TextEncoding)
import GHC.IO.FD (FD)
import qualified GHC.IO.FD as FD
import GHC.IO.Handle.Internals (mkHandle)
import GHC.IO.Handle.Types (Handle, HandleType (ReadHandle))
import System.IO (hFlush, nativeNewlineMode, stdout)
import Unsafe.Coerce (unsafeCoerce)

newtype Prompting = Prompting FD

instance RawIO Prompting where
  read (Prompting fd) to offset size = showPrompt >> GHC.IO.Device.read fd to offset size
  readNonBlocking (Prompting fd) to offset size = showPrompt >> readNonBlocking fd to offset size
  write (Prompting fd) = write fd
  writeNonBlocking (Prompting fd) = writeNonBlocking fd

instance BufferedIO Prompting where
  newBuffer (Prompting fd) = newBuffer fd
  fillReadBuffer (Prompting fd) buffer = showPrompt >> readBuf fd buffer
  fillReadBuffer0 (Prompting fd) buffer = showPrompt >> readBufNonBlocking fd buffer
  flushWriteBuffer (Prompting fd) = flushWriteBuffer fd
  flushWriteBuffer0 (Prompting fd) = flushWriteBuffer0 fd

showPrompt :: IO ()
showPrompt = ignored =<< try (hFlush stdout)
  where
    ignored :: Either IOException () -> IO ()
    ignored _ = pure ()

data Instances device where
  Instances :: (RawIO device, BufferedIO device) => Instances device

promptingStdin :: TextEncoding -> IO Handle
promptingStdin = open (unsafeCoerce (Instances :: Instances Prompting) :: Instances FD) FD.stdin
{-# NOINLINE promptingStdin #-}

-- | Polymorphic and never inlined, so that the instances given are those that the handle gets.
open :: (IODevice device, Typeable device) => Instances device -> device -> TextEncoding -> IO Handle
open Instances device codec =
  mkHandle device "<stdin>" ReadHandle True (Just codec) nativeNewlineMode Nothing Nothing
{-# NOINLINE open #-}
