// SPDX-License-Identifier: GPL-2.0
// Programs for functions, tracepoints, hooks and iterators that the kernel's types describe. What they read wants the
// type that belongs to the target.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define RELOCATED __attribute__((preserve_access_index))

struct task_struct {
	int tgid;
} RELOCATED;

struct file {
	unsigned int f_flags;
} RELOCATED;

struct sk_buff {
	unsigned int len;
} RELOCATED;

struct bpf_iter__task {
	struct task_struct *task;
} RELOCATED;

__u64 seen, returned;

SEC("?tp_btf/task_rename")
int BPF_PROG(code_tracepoint, struct task_struct *task, const char *comm)
{
	seen = task->tgid;
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int BPF_PROG(code_fentry, int a)
{
	seen = a;
	return 0;
}

SEC("?fexit/bpf_fentry_test2")
int BPF_PROG(code_fexit, int a, __u64 b, int ret)
{
	seen = a + b;
	returned = ret;
	return 0;
}

SEC("?lsm/file_open")
int BPF_PROG(code_lsm, struct file *file)
{
	seen = file->f_flags;
	return 0;
}

SEC("?iter/task")
int code_iter(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task)
		seen = task->tgid;
	return 0;
}

SEC("?fentry/veth:veth_xmit")
int BPF_PROG(code_module, struct sk_buff *packet)
{
	seen = packet->len;
	return 0;
}

SEC("?fentry/veth_xmit")
int BPF_PROG(code_any_module, struct sk_buff *packet)
{
	seen = packet->len;
	return 0;
}

SEC("?fentry/vmlinux:veth_xmit")
int BPF_PROG(code_wrong_module, struct sk_buff *packet)
{
	return 0;
}

SEC("?fentry/code_no_such_function")
int BPF_PROG(code_nowhere)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
