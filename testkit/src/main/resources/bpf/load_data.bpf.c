// SPDX-License-Identifier: GPL-2.0
// Variables in sections of every kind, read and written by programs that are run once.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile int chosen = 1;
const volatile short table[4] = { 10, 20, 30, 40 };
const volatile __u64 wide = 0x1122334455667788;
volatile const int limit SEC(".rodata.limits") = 100;

int counter = 1000;
_Bool flag = 1;
signed char small = -3;
volatile int more SEC(".data.more") = 10000;

int result;
long zero_at_first;
volatile int more_zeroes SEC(".bss.more");

/* Nobody outside is to see these: their sections hold nothing else. */
static volatile int own SEC(".data.own") = 100000;
__hidden volatile int hidden SEC(".data.hidden") = 1000000;

SEC("raw_tp/task_rename")
int sum(void *ctx)
{
	result = chosen + limit + counter + more + more_zeroes + own + hidden + zero_at_first;
	return result;
}

SEC("raw_tp/task_rename")
int branch(void *ctx)
{
	if (chosen == 1)
		return 11;
	/* The verifier never sees this where the constant is 1. */
	return chosen == 2 ? 22 : table[chosen & 3];
}

SEC("raw_tp/task_rename")
int whole(void *ctx)
{
	/* Accepted only where the verifier knows the constant. */
	if (wide == 0)
		((int (*)(void))4711)();
	return wide == 0x1122334455667788 ? 1 : wide == -1 ? 2 : 3;
}

SEC("raw_tp/task_rename")
int count(void *ctx)
{
	counter += 1;
	more_zeroes -= 1;
	flag = !flag;
	small -= 1;
	own += 1;
	return own;
}

SEC("?raw_tp/task_rename")
int overwrite(void *ctx)
{
	*(volatile int *)&chosen = 3;
	return 0;
}

char _license[] SEC("license") = "GPL";
