// SPDX-License-Identifier: GPL-2.0
// Maps whose slots are empty, one that user space cannot read, and one with an entry.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u32);
} a_programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u32);
} b_devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} c_cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} d_entries SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getuid")
int counted(void *ctx)
{
	__u32 key = 1;
	__u64 value = 2;

	bpf_map_update_elem(&d_entries, &key, &value, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
