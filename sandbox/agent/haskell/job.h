#ifndef JOB_H
#define JOB_H

/* The next job's text, malloc'ed into *text; its descriptors are kept. Returns the text's size or -1. */
int job_receive(char **text);

/* In the program: a session of its own, the job's descriptors on 0, 1, 2, nothing else open. 0 or -1. */
int job_enter(void);

/* In the child between: tell the agent the program's process id. */
void job_answer(int pid);

/* In GHCi: close the job's descriptors. */
void job_drop(void);

#endif
