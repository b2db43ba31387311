// SPDX-License-Identifier: GPL-2.0
// Variables in an arena, which programs and processes share by address.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define BPF_MAP_TYPE_ARENA 33
#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
} arena SEC(".maps");

struct node {
	__u64 number;
	struct node __arena *next;
};

int __arena counter = 41;
struct node __arena *__arena list;
struct node __arena own;

SEC("syscall")
int count(void *ctx)
{
	counter += 1;
	own.number = 7;
	own.next = list;
	return counter;
}

SEC("syscall")
int sum(void *ctx)
{
	struct node __arena *node = list;
	int total = 0;

	for (int i = 0; i < 10 && node; i++) {
		total += node->number;
		node = node->next;
	}
	return total;
}

char _license[] SEC("license") = "GPL";
