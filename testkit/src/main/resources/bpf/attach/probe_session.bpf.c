// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3
// Counts entries of functions by threads of one name, and, as long as the number behind that is 0, returns from them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

SEC("kprobe.session/do_sys_openat2")
int calls(void *ctx)
{
	__u32 one = 1;
	__u64 *entries_only = bpf_map_lookup_elem(&counts, &one);

	if (!is_marked() || !entries_only)
		return 1;
	count(0);
	return *entries_only != 0;
}

char _license[] SEC("license") = "GPL";
