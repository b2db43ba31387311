// SPDX-License-Identifier: GPL-2.0
// A program on the function of ebpf_exporter that is called once when all programs are attached.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} marks SEC(".maps");

SEC("uprobe//proc/self/exe:post_attach_mark")
int first_value(void *ctx)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&marks, &zero);

	if (count)
		*count += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
