-- ARGV: session, JSON. Said from outside a relay.
tell(ARGV[1], ARGV[2])
return 1
