// SPDX-License-Identifier: GPL-2.0
// Reads through null pointers: which of them are pointers to objects of the kernel is known from where they come from.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct node {
	struct node *next;
	unsigned int number;
	int less;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, long);
} values SEC(".maps");

long sum = -1;
int rounds = 3;

static __attribute__((noinline)) long follow(struct node *node, int times)
{
	long all = 0;

	while (times-- > 0) {
		all += node->number + node->less;
		node = node->next;
	}
	return all;
}

/* Goes on through null in a subprogram and a loop. */
SEC("fentry/vm_walk")
int BPF_PROG(walk, struct node *first)
{
	sum = follow(first, rounds);
	return 0;
}

/* Writes are no reads. */
SEC("fentry/vm_write")
int BPF_PROG(write, struct node *first)
{
	asm volatile("*(u32 *)(%0 + 8) = 1" : : "r"(first) : "memory");
	return 0;
}

/* An entry that is not there is no object of the kernel. */
SEC("fentry/vm_entry")
int BPF_PROG(entry, struct node *first)
{
	int key = 1;
	long *value = bpf_map_lookup_elem(&values, &key);

	asm volatile("%0 = *(u64 *)(%0 + 0)" : "+r"(value));
	sum = (long)value;
	return 0;
}

/* Without types a context has numbers alone. */
SEC("raw_tp/vm_raw")
int raw(__u64 *ctx)
{
	struct node *first = (void *)ctx[0];

	sum = first->number;
	return 0;
}

char _license[] SEC("license") = "GPL";
