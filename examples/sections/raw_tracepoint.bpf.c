// SPDX-License-Identifier: GPL-2.0
// Says which process is executed, from the raw arguments of a tracepoint.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tracepoint/sched_process_exec")
int executed(struct bpf_raw_tracepoint_args *ctx)
{
	char text[] = "executed, was process %d";

	bpf_trace_printk(text, sizeof(text), (int)ctx->args[1]);
	return 0;
}

char _license[] SEC("license") = "GPL";
