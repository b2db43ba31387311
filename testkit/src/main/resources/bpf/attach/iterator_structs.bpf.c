// SPDX-License-Identifier: GPL-2.0
// An iterator that writes a struct for each task.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define RELOCATED __attribute__((preserve_access_index))

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
} RELOCATED;

struct task_struct {
	int pid;
	int tgid;
} RELOCATED;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} RELOCATED;

struct seen {
	__u32 tid;
	__u64 process;
	char mark[6];
};

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seen seen = {.mark = "seen"};

	if (!task)
		return 0;
	seen.tid = task->pid;
	seen.process = task->tgid;
	bpf_seq_write(ctx->meta->seq, &seen, sizeof(seen));
	return 0;
}

char _license[] SEC("license") = "GPL";
