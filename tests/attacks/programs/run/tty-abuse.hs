module Main (main) where

import System.IO

-- | Characters for somebody's terminal: a clipboard, a title, the input of whoever looks.
main :: IO ()
main = do
  hSetBinaryMode stdout True
  putStr "\ESC]52;c;c3RvbGVu\a\ESC]0;title\a\ESC[2J<script>alert(1)</script>\n"
