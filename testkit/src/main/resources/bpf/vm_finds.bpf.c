// SPDX-License-Identifier: GPL-2.0
// Tasks and cgroups that are looked up by their ids, and objects that programs put into maps.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct kernfs_node {
	__u64 id;
} __attribute__((preserve_access_index));

struct cgroup {
	struct kernfs_node *kn;
	int level;
	struct cgroup *ancestors[4];
} __attribute__((preserve_access_index));

struct css_set {
	struct cgroup *dfl_cgrp;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	struct css_set *cgroups;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgroup, int level) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgroup) __ksym;
extern long bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor) __ksym;

int pid, level;
__u64 group;
__s64 found_pid, found_group, ancestor_group, under, in_group;

SEC("syscall")
int look_up(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(pid);
	struct cgroup *cgroup, *ancestor;

	found_pid = found_group = ancestor_group = under = -1;
	if (!task)
		return 1;
	found_pid = task->pid;
	in_group = task->cgroups && task->cgroups->dfl_cgrp;
	cgroup = bpf_cgroup_from_id(group);
	if (cgroup) {
		found_group = cgroup->kn->id;
		under = bpf_task_under_cgroup(task, cgroup);
		ancestor = bpf_cgroup_ancestor(cgroup, level);
		if (ancestor) {
			ancestor_group = ancestor->kn->id;
			bpf_cgroup_release(ancestor);
		}
		bpf_cgroup_release(cgroup);
	}
	bpf_task_release(task);
	return 0;
}

char _license[] SEC("license") = "GPL";
