// SPDX-License-Identifier: GPL-2.0
// A hook of the security modules for a cgroup: its processes get no sockets.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("lsm_cgroup/socket_create")
int BPF_PROG(sockets, int family, int type, int protocol, int kern)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&counts, &zero);

	if (value)
		__sync_fetch_and_add(value, 1);
	return 0; /* refuses */
}

char _license[] SEC("license") = "GPL";
