module Args where
