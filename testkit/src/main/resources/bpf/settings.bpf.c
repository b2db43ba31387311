// SPDX-License-Identifier: GPL-2.0
// Settings as tools have them: in a struct, an array, a bool; an event whose struct the object does not say.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct cfg {
	int pid;
	__u16 ports[4];
	_Bool on;
	char name[7];
	struct {
		int deep;
	} inner;
	union {
		int either;
		__u8 bytes[4];
	};
	__u32 low : 4;
};

const volatile struct cfg cfg;
const volatile __u64 limits[4];
const volatile _Bool verbose;
const volatile __u8 grid[2][3];
__u8 tiny;

enum mode {
	FIRST,
	FIFTH = 5,
} mode;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} reports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getuid")
int reported(void *ctx)
{
	__u32 report[5] = {};
	__u64 once = 1;

	report[0] = cfg.pid + cfg.ports[1] + cfg.on + limits[2] + verbose + mode + tiny + grid[1][0];
	bpf_get_current_comm(&report[1], 16);
	bpf_map_update_elem(&seen, &report[0], &once, BPF_ANY);
	bpf_ringbuf_output(&reports, report, sizeof(report), 0);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_geteuid")
int optional(void *ctx)
{
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_no_such_call")
int nowhere(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
