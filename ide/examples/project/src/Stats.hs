-- | Averages that say Nothing where there is nothing to average.
module Stats (mean, median) where

import Data.List (sort)

mean :: [Double] -> Maybe Double
mean [] = Nothing
mean xs = Just (sum xs / fromIntegral (length xs))

median :: [Double] -> Maybe Double
median [] = Nothing
median xs
  | odd count = Just (ordered !! middle)
  | otherwise = mean [ordered !! (middle - 1), ordered !! middle]
  where
    ordered = sort xs
    count = length xs
    middle = count `div` 2
