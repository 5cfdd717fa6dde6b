module Main (main) where

import Control.Exception
import Control.Monad
import Network.Socket
import System.Timeout

-- | The gateway, data about the machine, a name server, IPv6.
main :: IO ()
main = forM_ places $ \(host, port) -> do
  done <- try (timeout 1000000 (reach host port))
  putStrLn (either (\e -> const "refused" (e :: IOException)) (maybe "silent" (const ("ESCAPED: " ++ host))) done)
  where
    places =
      [ ("172.17.0.1", "22"), ("169.254.169.254", "80"), ("8.8.8.8", "53"), ("1.1.1.1", "443")
      , ("2001:4860:4860::8888", "53"), ("fe80::1", "80"), ("deb.debian.org", "80"), ("127.0.0.1", "6379") ]
    reach host port = do
      found <- getAddrInfo (Just defaultHints {addrSocketType = Stream}) (Just host) (Just port)
      forM_ (take 1 found) (\one -> openSocket one >>= \made -> connect made (addrAddress one))
