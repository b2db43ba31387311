// SPDX-License-Identifier: GPL-2.0
// Says what the processes of a cgroup do with the network and with devices, and allows all of it. Wants --attach cgroup:PATH.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/ingress")
int received(struct __sk_buff *skb)
{
	char text[] = "received %d bytes";

	bpf_trace_printk(text, sizeof(text), skb->len);
	return 1;
}

SEC("cgroup_skb/egress")
int sent(struct __sk_buff *skb)
{
	char text[] = "sent %d bytes";

	bpf_trace_printk(text, sizeof(text), skb->len);
	return 1;
}

SEC("cgroup/sock")
int socket_made(struct bpf_sock *sock)
{
	char text[] = "socket of family %d";

	bpf_trace_printk(text, sizeof(text), sock->family);
	return 1;
}

SEC("cgroup/dev")
int device_used(struct bpf_cgroup_dev_ctx *ctx)
{
	char text[] = "device %d:%d";

	bpf_trace_printk(text, sizeof(text), ctx->major, ctx->minor);
	return 1;
}

char _license[] SEC("license") = "GPL";
