#!/bin/sh
# Certificates for one host of the pool. Run where the service runs, in the folder of docker-compose.yml:
#
#   deploy/host-certificates.sh NAME ADDRESS [DAYS]
#
# Makes, below ./secrets:  ca/            the pool's own authority, made once; its key never leaves this machine
#                          hosts/NAME/    what workers and keepers show the engine (the host's "credentials": NAME)
#                          engines/NAME/  what the engine shows them: copy it to the host, then delete it here
# Run it again before they are over: old ones hold until then.
set -eu
umask 077
name=${1:?a name for the host, such as vm1} address=${2:?its address, such as 10.0.0.5} days=${3:-365}
case $name in *[!a-z0-9-]* | "" | -*) echo "The name may have a-z, 0-9 and -." >&2; exit 2 ;; esac
case $address in *[!0-9.]*) names="DNS:$address" ;; *) names="IP:$address" ;; esac
case $address in *:*) names="IP:$address" ;; esac

ca=secrets/ca
mkdir -p "$ca" secrets/hosts secrets/engines
chmod 711 secrets/hosts
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
: > "$work/database"
printf '[ca]\ndefault_ca=pool\n[pool]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\n' "$work/database" "$work" > "$work/config"
printf 'unique_subject=no\ndefault_md=sha256\npolicy=names\n[names]\ncommonName=supplied\n' >> "$work/config"

# make KEY CERTIFICATE NAME DAYS OPTION... (extensions on standard input)
# Valid since yesterday: a machine whose clock is behind takes it, and preflight says by how much that is off.
make() {
  key=$1 certificate=$2 subject=$3 valid=$4 && shift 4
  cat > "$work/extensions"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$subject" \
    -keyout "$key" -out "$work/request" 2>/dev/null
  openssl ca -batch -notext -config "$work/config" -startdate "$(date -u -d "@$(($(date +%s) - 86400))" +%Y%m%d%H%M%SZ)" \
    -days "$valid" -extfile "$work/extensions" -in "$work/request" -out "$certificate" "$@" 2>"$work/errors" ||
    { cat "$work/errors" >&2; exit 1; }
}
if [ ! -e "$ca/key.pem" ]; then
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' |
    make "$work/key.pem" "$ca/ca.pem" pool 3650 -selfsign -keyfile "$work/key.pem"
  mv "$work/key.pem" "$ca/key.pem"
fi

# sign FOLDER PURPOSE NAMES
sign() {
  rm -rf "$1" && mkdir -p "$1"
  printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n%s\n' "$2" "$3" |
    make "$1/key.pem" "$1/cert.pem" "$name" "$days" -cert "$ca/ca.pem" -keyfile "$ca/key.pem"
  cp "$ca/ca.pem" "$1/ca.pem"
}
sign "secrets/hosts/$name" clientAuth ""
sign "secrets/engines/$name" serverAuth "subjectAltName=$names"
# The service's containers run as this user, and as nobody else.
[ "$(id -u)" -ne 0 ] || chown -R "${SERVICE_UID:-10001}" "secrets/hosts/$name"
echo "On the host: copy secrets/engines/$name and deploy/host-setup.sh there, then, as root:"
echo "  ./host-setup.sh $address ./$name ADDRESS-OF-THE-SERVICE"
