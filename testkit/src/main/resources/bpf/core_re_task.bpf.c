// SPDX-License-Identifier: GPL-2.0
// Reads the structure of the process that runs it, whose layout only the kernel knows.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct___mine {
	struct task_struct___mine *group_leader;
	int tgid;
	int pid;
} __attribute__((preserve_access_index));

__u32 tgid, leader;
__u64 both;

SEC("raw_tp")
int core_re_task(void *ctx)
{
	struct task_struct___mine *task = (void *)bpf_get_current_task();

	tgid = BPF_CORE_READ(task, tgid);
	leader = BPF_CORE_READ(task, group_leader, pid);
	both = bpf_get_current_pid_tgid();
	return 0;
}

char _license[] SEC("license") = "GPL";
