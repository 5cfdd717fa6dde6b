module Main where

import Stats (mean, median)

main :: IO ()
main = do
  let samples = [2, 3, 5, 7, 11, 13]
  putStrLn ("Mean:   " ++ show (mean samples))
  putStrLn ("Median: " ++ show (median samples))
