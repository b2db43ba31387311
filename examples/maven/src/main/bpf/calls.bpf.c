// SPDX-License-Identifier: GPL-2.0
// How many system calls each process makes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct calls {
	__u64 count;
	char comm[16];
};

const volatile __u32 only_pid = 0;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, struct calls);
} by_process SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int count(void *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct calls first = {.count = 1};
	struct calls *calls;

	if (only_pid && only_pid != pid)
		return 0;
	calls = bpf_map_lookup_elem(&by_process, &pid);
	if (calls) {
		__sync_fetch_and_add(&calls->count, 1);
		return 0;
	}
	bpf_get_current_comm(first.comm, sizeof(first.comm));
	bpf_map_update_elem(&by_process, &pid, &first, BPF_NOEXIST);
	return 0;
}

char _license[] SEC("license") = "GPL";
