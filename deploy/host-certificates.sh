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
if [ ! -e "$ca/key.pem" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=pool" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$ca/key.pem" -out "$ca/ca.pem" 2>/dev/null
fi

# sign FOLDER PURPOSE NAMES
sign() {
  rm -rf "$1" && mkdir -p "$1"
  printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n%s\n' "$2" "$3" > "$1/extensions"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
    -keyout "$1/key.pem" -out "$1/request" 2>/dev/null
  openssl x509 -req -in "$1/request" -CA "$ca/ca.pem" -CAkey "$ca/key.pem" -CAcreateserial -days "$days" \
    -extfile "$1/extensions" -out "$1/cert.pem" 2>/dev/null
  cp "$ca/ca.pem" "$1/ca.pem"
  rm "$1/request" "$1/extensions"
}
sign "secrets/hosts/$name" clientAuth ""
sign "secrets/engines/$name" serverAuth "subjectAltName=$names"
# The service's containers run as this user, and as nobody else.
[ "$(id -u)" -ne 0 ] || chown -R "${SERVICE_UID:-10001}" "secrets/hosts/$name"
echo "On the host: copy secrets/engines/$name and deploy/host-setup.sh there, then, as root:"
echo "  ./host-setup.sh $address ./$name ADDRESS-OF-THE-SERVICE"
