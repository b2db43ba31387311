// SPDX-License-Identifier: GPL-2.0
// TCP connections by address: an event for each that is established, and how many there were to each address.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define IPPROTO_TCP 6

enum tcp_state {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
};

struct trace_entry {
	unsigned short type;
} __attribute__((preserve_access_index));

struct trace_event_raw_inet_sock_set_state {
	struct trace_entry ent;
	int oldstate;
	int newstate;
	__u16 sport;
	__u16 dport;
	__u16 protocol;
	__u8 saddr_v6[16];
	__u8 daddr_v6[16];
} __attribute__((preserve_access_index));

enum direction {
	ACCEPT,
	CONNECT,
};

struct event {
	__u64 ns;
	enum direction direction;
	struct in6_addr saddr;
	struct in6_addr daddr;
	__u16 sport;
	__u16 dport;
};

struct address {
	struct in6_addr daddr;
	__u16 dport;
};

const struct event *unused_event __attribute__((unused));

const volatile __u16 only_port = 0;
__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct address);
	__type(value, __u64);
} connects SEC(".maps");

SEC("tracepoint/sock/inet_sock_set_state")
int state_changed(struct trace_event_raw_inet_sock_set_state *ctx)
{
	struct address address = {};
	struct event *event;
	__u64 one = 1;
	__u64 *count;

	if (ctx->protocol != IPPROTO_TCP || ctx->newstate != TCP_ESTABLISHED)
		return 0;
	if (ctx->oldstate != TCP_SYN_SENT && ctx->oldstate != TCP_SYN_RECV)
		return 0;
	if (only_port && only_port != ctx->sport && only_port != ctx->dport)
		return 0;
	if (ctx->oldstate == TCP_SYN_SENT) {
		bpf_core_read(&address.daddr, sizeof(address.daddr), &ctx->daddr_v6);
		address.dport = ctx->dport;
		count = bpf_map_lookup_elem(&connects, &address);
		if (count)
			__sync_fetch_and_add(count, 1);
		else
			bpf_map_update_elem(&connects, &address, &one, BPF_ANY);
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	event->ns = bpf_ktime_get_ns();
	event->direction = ctx->oldstate == TCP_SYN_SENT ? CONNECT : ACCEPT;
	bpf_core_read(&event->saddr, sizeof(event->saddr), &ctx->saddr_v6);
	bpf_core_read(&event->daddr, sizeof(event->daddr), &ctx->daddr_v6);
	event->sport = ctx->sport;
	event->dport = ctx->dport;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
