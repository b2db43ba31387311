// SPDX-License-Identifier: GPL-2.0
// The first of two objects that are linked into one; each defines what the other declares, and both have static things of the same names.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct point {
	int x;
	int y;
};

// Only the second object says what is in it.
struct line;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct point);
} points SEC(".maps");

extern struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static volatile int own = 1;
static volatile char pad = 2;
const volatile int step = 3;
volatile int in_first = 4;
volatile long zeroes[3];
extern volatile int in_second;
volatile int weak_here __weak = 5;
volatile int weak_in_both __weak = 6;
struct line *unknown;

extern int add(int first, int number);
int length(void);

static __noinline int scale(int number)
{
	return number * own + pad;
}

__weak int chosen(int number)
{
	return number + 10;
}

__noinline int twice(int number)
{
	return scale(number) + scale(number + 1);
}

static int look(void *map, __u32 *key, struct point *value, int *sum)
{
	*sum += value->x;
	return 0;
}

SEC("socket")
int first(struct __sk_buff *skb)
{
	int sum = in_first + in_second + weak_here + weak_in_both + step + (int)zeroes[2];
	__u32 key = 1;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		sum += (int)*count;
	bpf_for_each_map_elem(&points, look, &sum, 0);
	return add(sum, chosen(twice(sum))) + length();
}

SEC("license") char _license[] = "GPL";
