// SPDX-License-Identifier: GPL-2.0
// A program that goes on as another, which an array holds from the start.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int code_target(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, 4);
	__array(values, int(void *));
} next SEC(".maps") = {
	.values = { [2] = (void *)code_target },
};

int began, went_on, came_back;
__u32 where = 2;

SEC("raw_tp")
int code_target(void *ctx)
{
	went_on++;
	return 0;
}

SEC("raw_tp")
int code_tail(void *ctx)
{
	began++;
	bpf_tail_call(ctx, &next, where);
	came_back++;
	return 0;
}

char _license[] SEC("license") = "GPL";
