// SPDX-License-Identifier: GPL-2.0
// A map whose values hang on cgroups.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, 32); // BPF_MAP_TYPE_CGRP_STORAGE, since 6.2
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u64);
} cgroups SEC(".maps");

char _license[] SEC("license") = "GPL";
