// SPDX-License-Identifier: GPL-2.0
// Iterators that write a line for each object: tasks, the elements of a map, cgroups.
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

struct kernfs_node {
	__u64 id;
} RELOCATED;

struct cgroup {
	struct kernfs_node *kn;
} RELOCATED;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} RELOCATED;

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	void *map;
	void *key;
	void *value;
} RELOCATED;

struct bpf_iter__cgroup {
	struct bpf_iter_meta *meta;
	struct cgroup *cgroup;
} RELOCATED;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

static const char two[] = "%d %d\n";
static const char element[] = "%u is %llu\n";
static const char one[] = "%llu\n";

SEC("?iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u64 of[2];

	if (!task)
		return 0;
	of[0] = task->tgid;
	of[1] = task->pid;
	bpf_seq_printf(ctx->meta->seq, two, sizeof(two), of, sizeof(of));
	return 0;
}

SEC("?iter/bpf_map_elem")
int elements(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;
	__u64 of[2];

	if (!key || !value)
		return 0;
	of[0] = *key;
	of[1] = *value;
	bpf_seq_printf(ctx->meta->seq, element, sizeof(element), of, sizeof(of));
	return 0;
}

SEC("?iter/cgroup")
int cgroups(struct bpf_iter__cgroup *ctx)
{
	struct cgroup *cgroup = ctx->cgroup;
	__u64 of;

	if (!cgroup)
		return 0;
	of = cgroup->kn->id;
	bpf_seq_printf(ctx->meta->seq, one, sizeof(one), &of, sizeof(of));
	return 0;
}

char _license[] SEC("license") = "GPL";
