# The agent on top of a toolchain's packages. Small and quick to make, so that a changed agent costs seconds.
ARG PACKAGES
FROM $PACKAGES
ARG USER_ID
COPY sandbox /opt/agent/sandbox
RUN /opt/agent/sandbox/agent/install \
    && echo "sandbox:x:$USER_ID:$USER_ID::/work:/usr/sbin/nologin" >>/etc/passwd \
    && echo "sandbox:x:$USER_ID:" >>/etc/group \
    && mkdir /work \
    && chown "$USER_ID:$USER_ID" /work \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV LANG=C.UTF-8
WORKDIR /work
USER $USER_ID:$USER_ID
