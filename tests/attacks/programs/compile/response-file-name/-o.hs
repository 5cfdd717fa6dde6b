module O where
