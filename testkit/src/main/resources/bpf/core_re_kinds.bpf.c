// SPDX-License-Identifier: GPL-2.0
// Every kind of CO-RE relocation. The types here are laid out unlike the kernel's; what each relocation comes to is
// left in a variable. Fields are read from an image of a structure that the test makes in the kernel's layout.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define RELOCATED __attribute__((preserve_access_index))

struct task_struct___flavour {
	char comm[8];
	unsigned int tgid;
	int no_such_field;
	struct task_struct___flavour *group_leader;
} RELOCATED;

struct task_struct___narrow {
	unsigned int utime; /* 8 bytes in the kernel */
} RELOCATED;

struct task_struct___wide {
	unsigned long long utime;
	unsigned long long flags; /* 4 bytes in the kernel */
} RELOCATED;

struct sk_buff___bits {
	unsigned long long ip_summed : 7;
	unsigned long long pkt_type : 30;
	unsigned int cloned : 9;
} RELOCATED;

struct upid___good {
	int nr;
} RELOCATED;

struct upid___bad {
	struct upid___good *nr;
} RELOCATED;

struct core_re_missing {
	int nothing;
} RELOCATED;

struct core_re_own {
	int something;
};

enum pid_type___mine {
	PIDTYPE_SID___mine = 77,
	PIDTYPE_NONE___mine = 78,
};

enum perf_callchain_context___mine {
	PERF_CONTEXT_KERNEL___mine = 1ULL << 40,
	PERF_CONTEXT_NONE___mine = 1ULL << 41,
};

__u8 image[16384] __attribute__((aligned(8)));

__u32 field_offset, element_offset, field_size, field_exists, field_missing, field_signed, bits_lshift, bits_rshift;
__u32 local_id, kernel_id, type_exists, type_missing, type_size, type_matches, type_differs;
__u32 enum_exists, enum_missing, wide_exists, wide_missing;
__u64 enum_value, wide_value;
__u64 pkt_type, ip_summed, cloned;
__u64 narrow_utime, wide_utime, wide_flags;
__u64 guarded;

SEC("raw_tp")
int core_re_fields(void *ctx)
{
	struct task_struct___flavour *task = (void *)image;

	field_offset = bpf_core_field_offset(struct task_struct___flavour, tgid);
	element_offset = __builtin_preserve_field_info(task->comm[3], BPF_FIELD_BYTE_OFFSET);
	field_size = bpf_core_field_size(struct task_struct___flavour, comm);
	field_exists = 2 + bpf_core_field_exists(task->tgid);
	field_missing = 2 + bpf_core_field_exists(task->no_such_field);
	field_signed = 2 + __builtin_preserve_field_info(task->tgid, BPF_FIELD_SIGNED);
	bits_lshift = __builtin_preserve_field_info(((struct sk_buff___bits *)image)->pkt_type, BPF_FIELD_LSHIFT_U64);
	bits_rshift = __builtin_preserve_field_info(((struct sk_buff___bits *)image)->pkt_type, BPF_FIELD_RSHIFT_U64);
	guarded = 1;
	if (bpf_core_field_exists(task->no_such_field))
		guarded = BPF_CORE_READ(task, no_such_field);
	return 0;
}

SEC("raw_tp")
int core_re_bits(void *ctx)
{
	struct sk_buff___bits *packet = (void *)image;

	pkt_type = BPF_CORE_READ_BITFIELD(packet, pkt_type);
	ip_summed = BPF_CORE_READ_BITFIELD(packet, ip_summed);
	cloned = BPF_CORE_READ_BITFIELD(packet, cloned);
	return 0;
}

SEC("raw_tp")
int core_re_widths(void *ctx)
{
	narrow_utime = ((struct task_struct___narrow *)image)->utime;
	wide_utime = ((struct task_struct___wide *)image)->utime;
	wide_flags = ((struct task_struct___wide *)image)->flags;
	return 0;
}

SEC("raw_tp")
int core_re_types(void *ctx)
{
	local_id = bpf_core_type_id_local(struct core_re_own);
	kernel_id = bpf_core_type_id_kernel(struct task_struct___flavour);
	type_exists = 2 + bpf_core_type_exists(struct upid___good);
	type_missing = 2 + bpf_core_type_exists(struct core_re_missing);
	type_size = bpf_core_type_size(struct task_struct___flavour);
	type_matches = 2 + bpf_core_type_matches(struct upid___good);
	type_differs = 2 + bpf_core_type_matches(struct upid___bad);
	return 0;
}

SEC("raw_tp")
int core_re_enums(void *ctx)
{
	enum_exists = 2 + bpf_core_enum_value_exists(enum pid_type___mine, PIDTYPE_SID___mine);
	enum_missing = 2 + bpf_core_enum_value_exists(enum pid_type___mine, PIDTYPE_NONE___mine);
	enum_value = bpf_core_enum_value(enum pid_type___mine, PIDTYPE_SID___mine);
	wide_exists = 2 + bpf_core_enum_value_exists(enum perf_callchain_context___mine, PERF_CONTEXT_KERNEL___mine);
	wide_missing = 2 + bpf_core_enum_value_exists(enum perf_callchain_context___mine, PERF_CONTEXT_NONE___mine);
	wide_value = bpf_core_enum_value(enum perf_callchain_context___mine, PERF_CONTEXT_KERNEL___mine);
	return 0;
}

char _license[] SEC("license") = "GPL";
