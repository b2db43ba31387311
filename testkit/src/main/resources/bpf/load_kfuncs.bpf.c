// SPDX-License-Identifier: GPL-2.0
// Functions that the kernel has, asked for and then called.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(int pid) __ksym __weak;
extern struct task_struct *bpf_task_from_pid___flavour(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

int pid = -1, flavoured = -1;

/* Process 2 is a thread of the kernel. */
SEC("tc")
int call(struct __sk_buff *packet)
{
	struct task_struct *task;

	if (!bpf_task_from_pid)
		return 1;
	task = bpf_task_from_pid(2);
	if (task) {
		pid = task->pid;
		bpf_task_release(task);
	}
	task = bpf_task_from_pid___flavour(2);
	if (task) {
		flavoured = task->pid;
		bpf_task_release(task);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
