{-# LANGUAGE TemplateHaskell #-}
module Main (main) where

import Control.Exception
import Control.Monad
import Language.Haskell.TH
import Network.Socket

-- | To the gateway, the data about the machine, the service's Redis and database, a name server.
main :: IO ()
main = putStr $(runIO (fmap unlines (forM ["172.17.0.1:6379", "172.17.0.1:5432", "172.17.0.1:2375", "169.254.169.254:80", "127.0.0.1:6379", "8.8.8.8:53"] (\place -> do { let { (host, port) = break (== (toEnum 58)) place }; found <- try (getAddrInfo (Just defaultHints { addrSocketType = Stream }) (Just host) (Just (drop 1 port))) ; case found of { Right (one : _) -> do { socketed <- openSocket one; done <- try (connect socketed (addrAddress one)); pure (either (\e -> const "refused" (e :: IOException)) (const ("ESCAPED: " ++ place)) done) }; Right [] -> pure "refused"; Left e -> pure (const "refused" (e :: IOException)) } }))) >>= litE . stringL)
