import System.Process (callCommand)

main :: IO ()
main = callCommand "touch ran"
