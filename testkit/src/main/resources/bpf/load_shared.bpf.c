// SPDX-License-Identifier: GPL-2.0
// Maps that several loads share by a pin of their name; and one map more, which can be left out.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} shared_too SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10);
	__type(key, __u32);
	__type(value, __u64);
} optional SEC(".maps");

const volatile _Bool with_optional = 0;

SEC("raw_tp/task_rename")
int count(void *ctx)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(&shared, &key);

	if (!value)
		return -1;
	*value += 1;
	bpf_map_update_elem(&shared_too, &key, value, BPF_ANY);
	if (with_optional)
		bpf_map_update_elem(&optional, &key, value, BPF_ANY);
	return *value;
}

SEC("?raw_tp/task_rename")
int rejected(void *ctx)
{
	return *(volatile int *)0;
}

char _license[] SEC("license") = "GPL";
