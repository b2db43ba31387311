// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } counts SEC(".maps");
static __noinline __u64 *find(__u32 key)
{
	return bpf_map_lookup_elem(&counts, &key);
}
SEC("tracepoint/syscalls/sys_enter_execve")
int count(void *ctx)
{
	__u64 *value = find(3);

	*value += 1;
	return 0;
}
char _license[] SEC("license") = "GPL";
