// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Descriptions of arguments as usdt.bpf.h of libbpf 1.7 has them: clang gives each 24 bytes. */
struct argument {
	__u64 value;
	__u32 kind : 8;
	__u16 index : 12;
	__u16 scale : 4;
	__u8 reserved : 8;
	short reg;
	bool is_signed;
	char shift;
};

struct description {
	struct argument arguments[12];
	__u64 cookie;
	short count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, int);
	__type(value, struct description);
} __bpf_usdt_specs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline void set(__u32 index, __u64 number)
{
	__u64 *place = bpf_map_lookup_elem(&counts, &index);

	if (place)
		*place = number;
}

static __always_inline __u64 value(struct pt_regs *ctx, struct argument *argument)
{
	__u64 base = 0, index = 0, value = 0;

	if (argument->kind == 0)
		return argument->value;
	bpf_probe_read_kernel(&base, sizeof(base), (void *)ctx + argument->reg);
	if (argument->kind == 1) {
		value = base;
	} else {
		if (argument->kind == 3) {
			bpf_probe_read_kernel(&index, sizeof(index), (void *)ctx + argument->index);
			index <<= argument->scale;
		}
		bpf_probe_read_user(&value, sizeof(value), (void *)(base + index + argument->value));
	}
	value <<= argument->shift;
	return argument->is_signed ? (__u64)((__s64)value >> argument->shift) : value >> argument->shift;
}

SEC("usdt")
int described(struct pt_regs *ctx)
{
	int element = bpf_get_attach_cookie(ctx);
	struct description *found = bpf_map_lookup_elem(&__bpf_usdt_specs, &element);

	if (!found)
		return 0;
	set(1, found->cookie);
	if (found->count == 1) {
		set(2, value(ctx, &found->arguments[0]));
		return 0;
	}
	set(0, found->count);
	set(3, value(ctx, &found->arguments[0]));
	set(4, value(ctx, &found->arguments[2]));
	set(5, value(ctx, &found->arguments[3]));
	set(6, value(ctx, &found->arguments[4]));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
