# Each command sets up what it needs first; see .ci/bootstrap.
.PHONY: run build check test test-vm bench screenshots lock clean
run build check test test-vm bench screenshots lock clean:
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed.")'
	@cd .ci && exec python3 -m bootstrap $@
