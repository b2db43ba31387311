// Programs of the shape of tools that have a loader of their own: one place by two types of programs, of which the loader takes one; a
// map of stacks whose depth and room it says, and events whose struct only its header has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

const volatile int wanted_result = 0;

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

struct event {
	unsigned __int128 address;
	int stack;
	__u32 uid;
	char comm[16];
};

static int report(void *context)
{
	struct event event = {};

	if (wanted_result != 7)
		return 0;
	event.address = ((unsigned __int128)1 << 64) | 5;
	event.stack = bpf_get_stackid(context, &stacks, 0);
	event.uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_perf_event_output(context, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

SEC("tp_btf/sched_process_exec")
int executed_typed(void *context)
{
	return report(context);
}

SEC("raw_tp/sched_process_exec")
int executed_raw(void *context)
{
	return report(context);
}
