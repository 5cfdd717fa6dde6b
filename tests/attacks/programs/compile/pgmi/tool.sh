echo "$0 ran" >> /work/ran; exit 1
