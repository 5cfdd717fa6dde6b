module Main where

main :: IO ()
main = do
  putStrLn "Hello, Haskell!"
  print (take 10 primes)

-- | All prime numbers, by trial division.
primes :: [Int]
primes = sieve [2 ..]
  where
    sieve (p : xs) = p : sieve [x | x <- xs, x `mod` p /= 0]
    sieve [] = []
