# What the packages export, on top of them and below the agent: minutes, and made anew for other packages alone.
ARG PACKAGES
FROM $PACKAGES
COPY index /opt/index/source
RUN /opt/index/source/build /opt/index
