// SPDX-License-Identifier: GPL-2.0
// Says which process was running when a clock ticked. Wants --attach perf_event:cpu-clock,freq=99.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("perf_event")
int tick(void *ctx)
{
	char text[] = "tick in process %d";

	bpf_trace_printk(text, sizeof(text), (int)(bpf_get_current_pid_tgid() >> 32));
	return 0;
}

char _license[] SEC("license") = "GPL";
