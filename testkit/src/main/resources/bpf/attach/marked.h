/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs here share: they count what threads of one name do. */
#pragma once

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[2]);
} marked SEC(".maps"); /* the threads' name: at most 15 bytes, then zeros */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

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

static __always_inline void keep(__u32 which, __u64 number)
{
	bpf_map_update_elem(&counts, &which, &number, BPF_ANY);
}
