// SPDX-License-Identifier: GPL-2.0
// Wants its map to be shared by a pin of its name.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} verify_shared SEC(".maps");

SEC("raw_tp/task_rename")
int verify_pinned(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&verify_shared, &key);

	return value && *value == 7;
}

char _license[] SEC("license") = "GPL";
