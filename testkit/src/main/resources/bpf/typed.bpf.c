// SPDX-License-Identifier: GPL-2.0
// Maps, variables and events of many kinds, for classes that are generated.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

enum verdict { VERDICT_PASS, VERDICT_DROP, VERDICT_LOG = 7 };

struct point {
	__s16 x, y;
};

struct key {
	__u32 pid;
	__u8 kind : 3;
	__u8 flagged : 1;
	union {
		__u32 v4;
		__u8 bytes[8];
	};
};

typedef struct {
	__u64 hits;
	struct point corners[2];
	struct {
		__u16 low;
		__u16 high;
	} range;
	char name[8];
	enum verdict last;
} value_t;

struct event {
	__u32 pid;
	enum verdict verdict;
	union {
		__u32 code;
		__u16 half;
	};
	char text[12];
};

struct config {
	__u32 limit;
	_Bool on;
};

const struct event *unused_event __attribute__((unused));

const volatile __u32 step = 1;
struct config config = {.limit = 100};
__u64 seen;
__s32 table[3];
char label[8] = "none";
enum verdict verdict;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct key);
	__type(value, value_t);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, struct point);
} points SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int count(void *ctx)
{
	struct key key = {.pid = 7, .kind = 5, .flagged = 1};
	struct event *event;
	__u32 zero = 0;
	value_t *value;
	__u64 *own;

	key.v4 = 0x04030201;
	seen += step;
	table[1] -= 1;
	own = bpf_map_lookup_elem(&per_cpu, &zero);
	if (own)
		*own += 1;
	value = bpf_map_lookup_elem(&counts, &key);
	if (value) {
		value->hits += 1;
		value->last = VERDICT_LOG;
		value->corners[1].y = -2;
		value->range.high = 65535;
	}
	if (!config.on || seen > config.limit)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->pid = 7;
	event->verdict = VERDICT_DROP;
	event->code = 0x00020001;
	__builtin_memcpy(event->text, "hello\0\0\0\0\0\0", 12);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
