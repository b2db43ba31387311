// SPDX-License-Identifier: GPL-2.0
// Says who executes a program: CO-RE finds the fields of the kernel's struct where this kernel has them.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
	char comm[16];
} __attribute__((preserve_access_index));

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

enum pid_type {
	PIDTYPE_PID,
	PIDTYPE_TGID,
};

const volatile int least_pid = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, int);
	__type(value, char[16]);
} parents SEC(".maps");

SEC("tracepoint/sched/sched_process_exec")
int executed(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	int pid = BPF_CORE_READ(task, tgid);
	char name[16] = {};

	if (pid < least_pid || !bpf_core_enum_value_exists(enum pid_type, PIDTYPE_TGID))
		return 0;
	bpf_core_read_str(name, sizeof(name), &parent->comm);
	bpf_map_update_elem(&parents, &pid, name, BPF_ANY);
	bpf_printk("executed by %s, in process %d, a task of %d bytes", name, pid, bpf_core_type_size(struct task_struct));
	if (bpf_core_field_exists(struct task_struct___old, state))
		bpf_printk("a kernel before 5.14");
	return 0;
}

char _license[] SEC("license") = "GPL";
