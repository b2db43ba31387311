// SPDX-License-Identifier: GPL-2.0
// The second of two objects that are linked into one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct point {
	int x;
	int y;
};

struct line {
	struct point *from;
	struct point *to;
	struct line *next;
};

extern struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct point);
} points SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static volatile int own = 7;
static volatile char pad = 8;
volatile int in_second = 9;
extern volatile int in_first;
extern volatile long zeroes[3];
volatile int weak_here = 10;
volatile int weak_in_both __weak = 11;
const volatile long more = 12;
extern struct line *unknown;

int twice(int number);

static __noinline int scale(int number)
{
	return number - own - pad;
}

int chosen(int number)
{
	return number + 20;
}

__noinline int add(int first, int number)
{
	return scale(first) + number;
}

__noinline int length(void)
{
	return unknown ? (int)sizeof(struct line) : 0;
}

static int look(void *map, __u32 *key, struct point *value, int *sum)
{
	*sum += value->y;
	return 0;
}

SEC("socket")
int second(struct __sk_buff *skb)
{
	int sum = in_first + in_second + weak_here + weak_in_both + (int)more + (int)zeroes[1];
	__u32 key = 2;
	struct point *point = bpf_map_lookup_elem(&points, &key);

	if (point)
		sum += point->x;
	bpf_for_each_map_elem(&points, look, &sum, 0);
	return twice(chosen(sum)) + scale(sum);
}

SEC("tc")
int other(struct __sk_buff *skb)
{
	return add(in_second, scale(in_first));
}

SEC("license") char _license[] = "GPL";
