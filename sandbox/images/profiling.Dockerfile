# The libraries of GHC and of all packages once more, for profiling. Debian has them for nearly all. Made when it is asked for;
# the agent comes on top. ONLY: instead of all packages these, by Debian's names for them.
ARG PACKAGES
FROM $PACKAGES
ARG ONLY
RUN export DEBIAN_FRONTEND=noninteractive \
    && apt-get -o Acquire::Check-Valid-Until=false update \
    && apt-cache pkgnames | sort >/tmp/available \
    && dpkg-query --show --showformat='${Package}\n' 'libghc-*-dev' | sed 's/^libghc-//; s/-dev$//' >/tmp/installed \
    && printf 'libghc-%s-prof\n' ${ONLY:-$(cat /tmp/installed)} | sort >/tmp/wanted \
    && apt-get install --yes --no-install-recommends ghc-prof $(comm -12 /tmp/available /tmp/wanted) \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/* /tmp/*
