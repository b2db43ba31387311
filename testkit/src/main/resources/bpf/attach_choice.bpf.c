// Programs of which not all are attached: one whose tracepoint no kernel has, one that is there, and one that is loaded only when it
// is asked for. A map is shared by its name.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} ebpf4j_choice SEC(".maps");

static void count(void)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&ebpf4j_choice, &zero);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("tp/syscalls/sys_enter_nowhere")
int gone(void *context)
{
	count();
	return 0;
}

SEC("tp/sched/sched_switch")
int there(void *context)
{
	count();
	return 0;
}

SEC("?raw_tp/task_rename")
int optional(void *context)
{
	count();
	return 0;
}
