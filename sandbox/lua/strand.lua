-- ARGV: session, why no host could ever take it ('': hosts are full).
strand(ARGV[1], ARGV[2])
return 1
