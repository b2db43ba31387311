// SPDX-License-Identifier: GPL-2.0
// Types that no kernel has: the test makes others of the same names, and has the program fitted to those.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct core_re_thing {
	unsigned int a;
	unsigned long long b;
	unsigned int c : 3;
} __attribute__((preserve_access_index));

enum core_re_choice {
	CORE_RE_ONE = 1,
};

__u8 image[256] __attribute__((aligned(8)));

__u64 a, b, c, choice;
__u32 b_offset, size;

SEC("raw_tp")
int core_re_other(void *ctx)
{
	struct core_re_thing *thing = (void *)image;

	a = thing->a;
	b = thing->b;
	c = BPF_CORE_READ_BITFIELD(thing, c);
	b_offset = bpf_core_field_offset(struct core_re_thing, b);
	size = bpf_core_type_size(struct core_re_thing);
	choice = bpf_core_enum_value(enum core_re_choice, CORE_RE_ONE);
	return 0;
}

char _license[] SEC("license") = "GPL";
