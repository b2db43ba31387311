// SPDX-License-Identifier: GPL-2.0
// build: --target=bpfeb -g -O2 -mcpu=v3
// An object in big-endian byte order.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 258);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

volatile int start = 0x01020304;

static __noinline int add(int number)
{
	return number + start;
}

SEC("socket")
int program(struct __sk_buff *packet)
{
	__u32 key = add(packet->len);

	return bpf_map_lookup_elem(&counts, &key) ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
