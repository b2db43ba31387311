// SPDX-License-Identifier: GPL-2.0
// Programs that share functions: static and global ones, nested calls, callbacks, functions in the section of their program.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} sums SEC(".maps");

static volatile int zeroes[4];
volatile int start = 3;
const volatile int step = 4;
volatile int own SEC(".data.own") = 5;

static __noinline int deepest(int number)
{
	zeroes[2] += number;
	return zeroes[2];
}

static __noinline int middle(int number)
{
	return deepest(number + step) + deepest(number - start);
}

__noinline int outer(int number)
{
	return middle(number) * own;
}

__noinline int unrelated(int number)
{
	return number + zeroes[1];
}

static long each(void *map, const __u32 *key, __u64 *value, int *sum)
{
	*sum += deepest(*value);
	return 0;
}

SEC("socket")
int nested(struct __sk_buff *packet)
{
	return outer(packet->len) + deepest(packet->len) + unrelated(1);
}

SEC("socket")
int reversed(struct __sk_buff *packet)
{
	return unrelated(packet->len) + deepest(2) + outer(3);
}

SEC("?socket")
int callback(struct __sk_buff *packet)
{
	int sum = packet->len;

	bpf_for_each_map_elem(&sums, each, &sum, 0);
	return sum;
}

static __noinline SEC("tc") int neighbour(int number)
{
	return number - zeroes[3];
}

SEC("tc")
int beside(struct __sk_buff *packet)
{
	return neighbour(packet->len) + neighbour(packet->mark);
}

__u32 _version SEC("version") = 0x060c00;
char _license[] SEC("license") = "Dual MIT/GPL";
