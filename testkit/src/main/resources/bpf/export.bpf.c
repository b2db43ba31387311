// SPDX-License-Identifier: GPL-2.0
// What configurations of exporters can name beside maps of counts: events that are counted, events that are spans of
// traces, maps of cgroups, an address of the kernel, a count for each CPU.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u64 kaddr_vfs_read = 0;

struct event {
	__u32 length;
	char name[6];
	__u16 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} packets SEC(".maps");

struct span {
	__u8 trace_id[16];
	__u8 parent_span_id[8];
	__u8 span_id[8];
	__u64 start;
	__u64 duration;
	__u64 function;
	char name[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} spans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

struct pair {
	__u32 kind;
	__u32 cpu;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16);
	__type(key, struct pair);
	__type(value, __u64);
} pairs SEC(".maps");

SEC("socket")
int record(struct __sk_buff *skb)
{
	struct event event = {.length = skb->len, .name = "packet", .unused = 0xffff};
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&runs, &zero);
	struct span *span;

	if (count)
		*count += 1;
	bpf_perf_event_output(skb, &packets, BPF_F_CURRENT_CPU, &event, sizeof(event));
	span = bpf_ringbuf_reserve(&spans, sizeof(*span), 0);
	if (!span)
		return 0;
	__builtin_memset(span, 0, sizeof(*span));
	span->trace_id[0] = 0xab;
	span->trace_id[15] = 1;
	span->span_id[7] = 2;
	span->start = bpf_ktime_get_ns();
	span->duration = 1500;
	span->function = kaddr_vfs_read;
	__builtin_memcpy(span->name, "a\"b\nc", 6);
	bpf_ringbuf_submit(span, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
