// SPDX-License-Identifier: GPL-2.0
// Maps that have a content from the start, and maps whose sizes a loader works out.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 left, right;
};

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} by_index SEC(".maps") = {
	.values = { [0] = &first, [2] = &second },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct inner);
} by_hash SEC(".maps") = {
	.values = { [5] = &second },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 3);
		__type(key, struct key);
		__type(value, __u64);
	});
} filled_later SEC(".maps");

int middle(void *ctx);
int last(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, int(void *));
} steps SEC(".maps") = {
	.values = { [1] = (void *)&middle, [2] = (void *)&last },
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE);
	__uint(numa_node, 0);
	__type(key, struct key);
	__type(value, __u64);
} typed SEC(".maps");

int trace;

static int value(void *outer, __u32 key)
{
	__u32 zero = 0;
	void *map = bpf_map_lookup_elem(outer, &key);
	__u32 *found = map ? bpf_map_lookup_elem(map, &zero) : 0;

	return found ? *found : -1;
}

int array_first, array_empty, array_second, hash_second, hash_empty, later;

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	struct key key = { 1, 2 };
	__u32 slot = 1;
	void *map;
	__u64 *found;

	array_first = value(&by_index, 0);
	array_empty = value(&by_index, 1);
	array_second = value(&by_index, 2);
	hash_second = value(&by_hash, 5);
	hash_empty = value(&by_hash, 0);
	later = -1;
	map = bpf_map_lookup_elem(&filled_later, &slot);
	if (map) {
		found = bpf_map_lookup_elem(map, &key);
		if (found)
			later = *found;
	}
	found = bpf_map_lookup_elem(&typed, &key);
	bpf_ringbuf_output(&ring, &key, sizeof(key), 0);
	return found ? *found : 0;
}

SEC("raw_tp/task_rename")
int start(void *ctx)
{
	trace = 1;
	bpf_tail_call(ctx, &steps, 1);
	trace = -1;
	return -1;
}

SEC("raw_tp/task_rename")
int empty(void *ctx)
{
	bpf_tail_call(ctx, &steps, 0);
	return 8;
}

SEC("raw_tp/task_rename")
int middle(void *ctx)
{
	trace = trace * 10 + 2;
	bpf_tail_call(ctx, &steps, 2);
	return -2;
}

SEC("raw_tp/task_rename")
int last(void *ctx)
{
	trace = trace * 10 + 3;
	return 9;
}

SEC("raw_tp/task_rename")
int tell(void *ctx)
{
	__u32 word = 6;

	return bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &word, sizeof(word)) ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
