// SPDX-License-Identifier: GPL-2.0
// Writes as many records as its first argument says (1024 at most), each as long as the second one says, to the CPU that it runs on.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 sequence;
	__u32 cpu;
	__u32 check;
	__u8 more[1008];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct event);
} scratch SEC(".maps");

__u64 sent, failed;

SEC("raw_tp")
int perf_emit(__u64 *ctx)
{
	__u32 zero = 0, times = ctx[0], length = ctx[1], cpu = bpf_get_smp_processor_id();
	struct event *event = bpf_map_lookup_elem(&scratch, &zero);

	__u32 end = length - 1;

	/* The compiler takes the bound of this one from `length`, the verifier does not. */
	barrier_var(end);
	if (!event || length < 16 || length > sizeof(*event))
		return -1;
	for (__u32 i = 0; i < 1024 && i < times; i++) {
		__u64 sequence = __sync_fetch_and_add(&sent, 1);

		event->sequence = sequence;
		event->cpu = cpu;
		event->check = (__u32)sequence ^ 0x5a5a5a5a;
		if (length > 16)
			((__u8 *)event)[end & 1023] = sequence;
		__sync_fetch_and_add(&failed, bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, event,
								    length) != 0);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
