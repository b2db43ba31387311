// SPDX-License-Identifier: GPL-2.0
// Histograms as tools have them: in the values of a map beside other members, in variables, in arrays of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sizes {
	__u32 count;
	__u32 slots[8];
};

struct sizes by_kind[3];
struct sizes hist;
__u64 latency_hist[8];
__u64 calls;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sizes);
} totals SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getuid")
int counted(void *ctx)
{
	__u32 key = 0;
	struct sizes *sizes = bpf_map_lookup_elem(&totals, &key);

	if (sizes) {
		sizes->count = 7;
		sizes->slots[2] = 7;
	}
	by_kind[1].count = 5;
	by_kind[1].slots[0] = 1;
	by_kind[1].slots[1] = 4;
	hist.count = 0;
	latency_hist[3] = 2;
	calls = 9;
	return 0;
}

char _license[] SEC("license") = "GPL";
