# What the packages export, on top of them and below the agent: minutes, and made anew for other packages alone.
ARG PACKAGES
FROM $PACKAGES
COPY sandbox /opt/index/sandbox
RUN /opt/index/sandbox/index/build /opt/index
