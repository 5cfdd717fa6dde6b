#!/bin/sh
# Makes a Debian machine with systemd a host of the pool. As root, once. Again, with the same words before it, it sets what
# was changed, and restarts the engine only where that needs it: then drain the host first, as its sessions end.
#
#   host-setup.sh ADDRESS CERTIFICATES SERVICE
#
# ADDRESS       where the engine listens, port 2376, such as 10.0.0.5
# CERTIFICATES  the folder that host-certificates.sh made for it: ca.pem, cert.pem, key.pem
# SERVICE       who may connect: address or network of workers and keepers, such as 10.0.0.2 or 10.0.0.0/24
#
# RESERVE_MIB (1024) and RESERVE_CPU_PERCENT (20) are what the machine keeps for itself.
# GVISOR=1 (empty) also installs gVisor, Debian trixie's or newer, and names it to the engine.
# ROOT (empty) writes all files below another folder and changes nothing else.
set -eu
address=${1:?the address on which the engine listens} certificates=${2:?the folder with its certificates}
service=${3:?address or network of workers and keepers}
root=${ROOT:-}
for file in ca.pem cert.pem key.pem; do
  [ -r "$certificates/$file" ] || { echo "$certificates/$file is not there: see host-certificates.sh" >&2; exit 2; }
done

memory_mib=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) / 1024 - ${RESERVE_MIB:-1024}))
cpu_percent=$(($(nproc) * 100 - ${RESERVE_CPU_PERCENT:-20}))
[ "$memory_mib" -ge 1024 ] || { echo "Too little memory: $memory_mib MiB would be left for sandboxes." >&2; exit 2; }

if [ -z "$root" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends --no-upgrade \
    docker.io containerd runc iptables apparmor nftables systemd-timesyncd ${GVISOR:+runsc}
  timedatectl set-ntp true || echo "Set the clock by hand: preflight compares it." >&2
  swapoff -a && sed -i '/\sswap\s/s/^[^#]/#&/' /etc/fstab
fi

install -d -m 700 "$root/etc/docker/pool"
restart=$root/etc/docker/pool/restart # is there until the engine has read what was written, also when this ends half way
# write MODE FILE: what comes in.
write() {
  install -m "$1" /dev/null "$2.new"
  cat > "$2.new"
  if cmp -s "$2.new" "$2"; then rm "$2.new"; else touch "$restart" && mv "$2.new" "$2"; fi
}

for file in ca.pem cert.pem key.pem; do write 600 "$root/etc/docker/pool/$file" < "$certificates/$file"; done

# All sandboxes together: the machine itself always has its reserve.
install -d "$root/etc/systemd/system/docker.service.d"
write 644 "$root/etc/systemd/system/sandboxes.slice" <<UNIT
[Unit]
Description=Sandboxes of the Haskell IDE, all together
[Slice]
MemoryMax=${memory_mib}M
MemorySwapMax=0
CPUQuota=${cpu_percent}%
CPUWeight=50
TasksMax=65536
UNIT

# The engine: its socket, and the network for those who show our certificate. The unit must not name hosts, too.
write 644 "$root/etc/systemd/system/docker.service.d/pool.conf" <<UNIT
[Unit]
Wants=network-online.target sandboxes.slice
After=network-online.target sandboxes.slice
[Service]
ExecStart=
ExecStart=/usr/sbin/dockerd
UNIT
runtimes='"runsc": {"path": "/usr/bin/runsc", "runtimeArgs": ["--platform=systrap", "--network=none"]}'
[ -n "${GVISOR:-}" ] || runtimes=
write 644 "$root/etc/docker/daemon.json" <<JSON
{
  "hosts": ["unix:///run/docker.sock", "tcp://$address:2376"],
  "tlsverify": true,
  "tlscacert": "/etc/docker/pool/ca.pem",
  "tlscert": "/etc/docker/pool/cert.pem",
  "tlskey": "/etc/docker/pool/key.pem",
  "exec-opts": ["native.cgroupdriver=systemd"],
  "cgroup-parent": "sandboxes.slice",
  "storage-driver": "overlay2",
  "runtimes": {$runtimes},
  "icc": false,
  "userland-proxy": false,
  "no-new-privileges": true,
  "log-driver": "local"
}
JSON

# Only the service reaches the engine; sandboxes have no network at all.
install -d "$root/etc/nftables.d"
cat > "$root/etc/nftables.d/pool.nft" <<NFT
table inet pool
delete table inet pool
table inet pool {
  chain input {
    type filter hook input priority -10; policy accept;
    tcp dport 2376 ip saddr != $service drop
    tcp dport 2376 meta nfproto ipv6 drop
  }
}
NFT

[ -z "$root" ] || exit 0
grep -qs 'nftables.d/pool.nft' /etc/nftables.conf || echo 'include "/etc/nftables.d/pool.nft"' >> /etc/nftables.conf
nft -f /etc/nftables.d/pool.nft
systemctl enable --quiet nftables
# A cloned machine has its original's identity, and an engine counts once.
[ -e /etc/docker/pool/identity ] || { rm -f /etc/docker/key.json; touch /etc/docker/pool/identity; }
systemctl daemon-reload
systemctl enable --quiet --now docker
[ ! -e "$restart" ] || { systemctl restart docker && rm "$restart"; }
echo "Add it: manage.py hosts add NAME tcp://$address:2376 --credentials NAME"
