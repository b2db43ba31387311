// SPDX-License-Identifier: GPL-2.0
// A list in memory that programs and the user share (an arena), and variables there.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define __arena __attribute__((address_space(1)))

enum { ARENA = 33 };

struct {
	__uint(type, ARENA);
	__uint(map_flags, 1 << 10);
	__uint(max_entries, 100);
} arena SEC(".maps");

extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 pages, int node, __u64 flags) __ksym;
extern void bpf_arena_free_pages(void *map, void __arena *address, __u32 pages) __ksym;

struct node {
	struct node __arena *next;
	int number;
};

struct node __arena *head;
int __arena shared = 40;

SEC("syscall")
int build(void *ctx)
{
	struct node __arena *nodes = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);

	if (!nodes)
		return -1;
	for (int i = 0; i < 10; i++) {
		nodes[i].number = i;
		nodes[i].next = head;
		head = &nodes[i];
	}
	return shared++;
}

SEC("syscall")
int sum(void *ctx)
{
	struct node __arena *node = head;
	int sum = 0;

	for (int i = 0; i < 20 && node; i++) {
		sum += node->number;
		node = node->next;
	}
	return sum + shared;
}

SEC("syscall")
int beyond(void *ctx)
{
	volatile char __arena *page = bpf_arena_alloc_pages(&arena, 0, 2, -1, 0);
	int read;

	if (!page)
		return -1;
	page[4096] = 5;
	bpf_arena_free_pages(&arena, (void __arena *)page, 2);
	page[0] = 1;
	read = page[4096] + page[0];
	return read;
}

SEC("syscall")
int all_pages(void *ctx)
{
	void __arena *more = bpf_arena_alloc_pages(&arena, 0, 98, -1, 0);

	if (!more)
		return -1;
	return bpf_arena_alloc_pages(&arena, 0, 2, -1, 0) ? -2 : 98;
}

char LICENSE[] SEC("license") = "GPL";
