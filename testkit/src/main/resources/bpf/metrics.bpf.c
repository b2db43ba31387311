// SPDX-License-Identifier: GPL-2.0
// Maps with what monitoring systems show: counters, and histograms of both shapes.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

enum verb {
	READ,
	WRITE,
};

struct request {
	enum verb verb;
	char who[8];
	struct in6_addr from;
	struct {
		__u16 port;
		_Bool local;
	} to;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct request);
	__type(value, __u64);
} requests SEC(".maps");

struct traffic {
	struct bpf_spin_lock lock;
	__u64 packets;
	__u64 bytes;
	__s32 level;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct traffic);
} traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} runs SEC(".maps");

struct histogram {
	__u32 slots[6];
	__u64 total;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, enum verb);
	__type(value, struct histogram);
} latency SEC(".maps");

struct step {
	__u32 device;
	__u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct step);
	__type(value, __u64);
} steps SEC(".maps");

struct peer {
	__be32 from;
	const __be16 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct peer);
	__type(value, __u64);
} peers SEC(".maps");

// Written by whoever runs it: how long packets are, and how many came.
SEC("socket")
int count(struct __sk_buff *skb)
{
	__u32 length = skb->len;
	__u32 one = 1;
	__u32 *seen = bpf_map_lookup_elem(&runs, &length);

	if (seen)
		*seen += 1;
	else
		bpf_map_update_elem(&runs, &length, &one, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
