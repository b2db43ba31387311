// SPDX-License-Identifier: GPL-2.0
// The way programs were written for the first loaders: maps defined by plain numbers in a section "maps", and a section "version".
// Counts what is executed, by the CPU it is executed on.
#include <linux/bpf.h>
#include <linux/version.h>
#include <bpf/bpf_helpers.h>

struct map_definition {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
	__u32 inner_map_idx;
	__u32 numa_node;
};

struct map_definition SEC("maps") by_cpu = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1024,
};

struct map_definition SEC("maps") total = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};

SEC("tracepoint/syscalls/sys_enter_execve")
int count_classic(void *ctx)
{
	__u32 zero = 0, cpu = bpf_get_smp_processor_id();
	__u64 one = 1;
	__u64 *count = bpf_map_lookup_elem(&total, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	count = bpf_map_lookup_elem(&by_cpu, &cpu);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&by_cpu, &cpu, &one, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
__u32 _version SEC("version") = KERNEL_VERSION(5, 10, 0);
