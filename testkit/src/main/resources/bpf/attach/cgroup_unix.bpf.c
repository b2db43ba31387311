// SPDX-License-Identifier: GPL-2.0
// One program for each hook of a cgroup on addresses of local sockets: counts at entry 0, and refuses, where the hook can, where entry 1
// is not 0.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int judge(void)
{
	__u32 hits = 0, refuse = 1;
	__u64 *count = bpf_map_lookup_elem(&counts, &hits);
	__u64 *refusal = bpf_map_lookup_elem(&counts, &refuse);

	if (count)
		__sync_fetch_and_add(count, 1);
	return refusal && *refusal ? 0 : 1;
}

SEC("cgroup/connect_unix")
int connect_unix(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/sendmsg_unix")
int sendmsg_unix(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/recvmsg_unix")
int recvmsg_unix(struct bpf_sock_addr *ctx)
{
	judge();
	return 1;
}

SEC("cgroup/getpeername_unix")
int getpeername_unix(struct bpf_sock_addr *ctx)
{
	judge();
	return 1;
}

SEC("cgroup/getsockname_unix")
int getsockname_unix(struct bpf_sock_addr *ctx)
{
	judge();
	return 1;
}

char _license[] SEC("license") = "GPL";
