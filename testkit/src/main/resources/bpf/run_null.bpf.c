// SPDX-License-Identifier: GPL-2.0
// Reads through pointers to objects of the kernel that are null.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct bio_list {
	void *head, *tail;
} __attribute__((preserve_access_index));

struct task_struct {
	struct bio_list *bio_list;
} __attribute__((preserve_access_index));

struct bpf_fentry_test_t {
	struct bpf_fentry_test_t *a;
} __attribute__((preserve_access_index));

long pointer = -1, behind = -1, further = -1;

/* The current task submits no block I/O, so that its list is null. */
SEC("syscall")
int chain(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	pointer = (long)task->bio_list;
	behind = (long)task->bio_list->tail;
	return 7;
}

/* A run of its own calls the function with null. */
SEC("fentry/bpf_fentry_test7")
int BPF_PROG(argument, struct bpf_fentry_test_t *given)
{
	pointer = (long)given;
	behind = (long)given->a;
	further = (long)given->a->a;
	return 0;
}
char _license[] SEC("license") = "GPL";
