// SPDX-License-Identifier: GPL-2.0
// How long reading and writing files takes, as a histogram of powers of two.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum operation {
	READ,
	WRITE,
};

struct start {
	__u64 ns;
	enum operation operation;
};

struct hist {
	__u32 slots[27];
};

const volatile __u32 only_pid = 0;
/* Microseconds; 0 for nanoseconds. */
const volatile _Bool in_us = 1;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, struct start);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, enum operation);
	__type(value, struct hist);
} latency SEC(".maps");

static int begin(enum operation operation)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	struct start start = {};

	if (only_pid && only_pid != id >> 32)
		return 0;
	start.ns = bpf_ktime_get_ns();
	start.operation = operation;
	bpf_map_update_elem(&starts, &thread, &start, BPF_ANY);
	return 0;
}

static __u32 log2(__u64 value)
{
	__u32 result = 0;

#pragma unroll
	for (int shift = 32; shift > 0; shift >>= 1)
		if (value >> shift) {
			value >>= shift;
			result += shift;
		}
	return result;
}

static int end(void)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct start *start = bpf_map_lookup_elem(&starts, &thread);
	static const struct hist none;
	enum operation operation;
	struct hist *hist;
	__u64 took;
	__u32 slot;

	if (!start)
		return 0;
	took = bpf_ktime_get_ns() - start->ns;
	operation = start->operation;
	bpf_map_delete_elem(&starts, &thread);
	bpf_map_update_elem(&latency, &operation, &none, BPF_NOEXIST);
	hist = bpf_map_lookup_elem(&latency, &operation);
	if (!hist)
		return 0;
	if (in_us)
		took /= 1000;
	slot = log2(took);
	if (slot > 26)
		slot = 26;
	__sync_fetch_and_add(&hist->slots[slot], 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_read")
int enter_read(void *ctx)
{
	return begin(READ);
}

SEC("tracepoint/syscalls/sys_exit_read")
int exit_read(void *ctx)
{
	return end();
}

SEC("tracepoint/syscalls/sys_enter_write")
int enter_write(void *ctx)
{
	return begin(WRITE);
}

SEC("tracepoint/syscalls/sys_exit_write")
int exit_write(void *ctx)
{
	return end();
}

char _license[] SEC("license") = "GPL";
