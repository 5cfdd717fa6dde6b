"""Hostile programs and machines against the real engine. What needs none is proven beside what it attacks:

cross-origin and missing origins, floods, nonsense, foreign workspaces  tests/ide/test_consumers.py
giant and endless frames and bodies, slow readers  tests/ide/test_server.py
every field of every message; of every body  tests/ide/test_bad_input.py, test_openapi.py
foreign runs, one request twice, stopping twice or after the end  tests/ide/test_running.py
every route for a stranger, CSRF, other hosts  tests/ide/test_api_access.py
fields that nobody may set, limits at their edges, deep JSON  tests/ide/test_api_run.py
guessed passwords  tests/ide/test_pages.py
many at once just under a limit  tests/ide/test_admission.py
archives: escapes, links, devices, bombs, names that collide  tests/ide/test_archives.py
names of files  tests/ide/test_paths.py
markup and escape sequences in output  tests/browser/test_output.py
"""
