// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Counts how often threads of one name enter and leave the function that opens files, and keeps what it returned last.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[2]);
} marked SEC(".maps"); /* the threads' name: at most 15 bytes, then zeros */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps"); /* entries, returns, and the value returned */

static __always_inline int is_marked(void)
{
	__u64 name[2] = {};
	__u32 zero = 0;
	__u64 *wanted = bpf_map_lookup_elem(&marked, &zero);

	return wanted && !bpf_get_current_comm(name, sizeof(name)) && name[0] == wanted[0] && name[1] == wanted[1];
}

static __always_inline void count(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("kprobe/do_sys_openat2")
int entries(struct pt_regs *ctx)
{
	if (is_marked())
		count(0);
	return 0;
}

SEC("kretprobe/do_sys_openat2")
int returns(struct pt_regs *ctx)
{
	if (is_marked()) {
		__u64 result = PT_REGS_RC(ctx);
		__u32 last = 2;

		count(1);
		bpf_map_update_elem(&counts, &last, &result, BPF_ANY);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
