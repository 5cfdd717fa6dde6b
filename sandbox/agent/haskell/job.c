#define _GNU_SOURCE
#include "job.h"

#include "Rts.h"
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

enum { JOB_SOCKET = 3, QUESTION_SOCKET = 4, JOB_BYTES = 1 << 20, NICE = 10 };

static int streams[3] = {-1, -1, -1};

static int read_all(char *into, size_t size) {
  while (size > 0) {
    ssize_t n = read(JOB_SOCKET, into, size);
    if (n <= 0) return -1;
    into += n;
    size -= (size_t)n;
  }
  return 0;
}

static int receive_header(uint32_t *size) {
  char control[CMSG_SPACE(sizeof streams)];
  struct iovec part = {.iov_base = size, .iov_len = sizeof *size};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(JOB_SOCKET, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)sizeof *size) return -1;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof streams)) return -1;
  memcpy(streams, CMSG_DATA(head), sizeof streams);
  return 0;
}

int job_receive(char **text) {
  uint32_t size;
  if (receive_header(&size) < 0 || size > JOB_BYTES) return -1;
  *text = malloc(size + 1);
  if (!*text) return -1;
  return read_all(*text, size) < 0 ? -1 : (int)size;
}

void job_answer(int pid) {
  int32_t answer = pid;
  if (write(JOB_SOCKET, &answer, sizeof answer) != sizeof answer) _exit(1);
}

void job_drop(void) {
  for (int i = 0; i < 3; i++) {
    if (streams[i] >= 0) close(streams[i]);
    streams[i] = -1;
  }
}

/* Under memory pressure the kernel must take the program, not GHCi. */
static void volunteer_for_oom(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) < 0) { /* a runtime without it: nothing to do */
  }
  close(fd);
}

/* Where processors are short GHCi and the agent come before it; whoever it starts inherits that. */
static void give_way(void) { setpriority(PRIO_PGRP, 0, NICE); }

static void default_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGTERM, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  signal(SIGTSTP, SIG_DFL);
  signal(SIGQUIT, SIG_DFL);
}

/* GHCi collects nothing while it is idle; a program must, to notice soon that it is blocked for ever. */
static void collect_when_idle(void) {
  RtsFlags.GcFlags.idleGCDelayTime = USToTime(300 * 1000);
  RtsFlags.GcFlags.doIdleGC = true;
}

int job_enter(void) {
  if (setsid() < 0) return -1;
  volunteer_for_oom();
  give_way();
  default_signals();
  collect_when_idle();
  for (int i = 0; i < 3; i++)
    if (dup2(streams[i], i) < 0) return -1;
  for (int i = 0; i < 3; i++) close(streams[i]);
  close(JOB_SOCKET);
  close(QUESTION_SOCKET);
  if (chdir("/work") < 0) return -1; /* a splice may have led GHCi elsewhere */
  if (isatty(0)) ioctl(0, TIOCSCTTY, 0);
  return 0;
}
