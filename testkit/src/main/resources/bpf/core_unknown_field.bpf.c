// SPDX-License-Identifier: GPL-2.0
// A map with a field that no loader knows.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entires, 1);
} misspelt SEC(".maps");
