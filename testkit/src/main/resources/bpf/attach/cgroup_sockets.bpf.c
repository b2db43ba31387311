// SPDX-License-Identifier: GPL-2.0
// One program for each hook of a cgroup on addresses, sockets and options: counts at entry 0, and refuses where entry 1 is not 0.
// Programs on hooks that cannot refuse make the port 4242 instead.
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

SEC("cgroup/bind4")
int bind4(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/post_bind4")
int post_bind4(struct bpf_sock *ctx)
{
	return judge();
}

SEC("cgroup/recvmsg4")
int recvmsg4(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/getpeername4")
int getpeername4(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/getsockname4")
int getsockname4(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/bind6")
int bind6(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *ctx)
{
	return judge();
}

SEC("cgroup/post_bind6")
int post_bind6(struct bpf_sock *ctx)
{
	return judge();
}

SEC("cgroup/recvmsg6")
int recvmsg6(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/getpeername6")
int getpeername6(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/getsockname6")
int getsockname6(struct bpf_sock_addr *ctx)
{
	if (!judge())
		ctx->user_port = bpf_htons(4242);
	return 1;
}

SEC("cgroup/sock_create")
int sock_create(struct bpf_sock *ctx)
{
	return judge();
}

SEC("cgroup/sock_release")
int sock_release(struct bpf_sock *ctx)
{
	judge();
	return 1;
}

SEC("cgroup/sysctl")
int sysctl(struct bpf_sysctl *ctx)
{
	return judge();
}

SEC("cgroup/getsockopt")
int getsockopt(struct bpf_sockopt *ctx)
{
	return judge();
}

SEC("cgroup/setsockopt")
int setsockopt(struct bpf_sockopt *ctx)
{
	return judge();
}

char _license[] SEC("license") = "GPL";
