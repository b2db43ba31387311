// SPDX-License-Identifier: GPL-2.0
// Maps whose values hang on something, are guarded, or are one for each CPU.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct mark {
	__u32 left;
	__u32 right;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mark);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct mark);
} sockets SEC(".maps");

struct guarded {
	struct bpf_spin_lock lock;
	__u64 first;
	__u64 second;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct guarded);
} guards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct mark);
} marks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(value_size, sizeof(__u64));
} filter SEC(".maps");

enum mode {
	OFF,
	ON = 5,
};

char prefix[8] = "abc";
enum mode mode = ON;
const volatile _Bool verbose = 0;
const volatile __u64 mask = 1;
__s32 shift = -1;

SEC("socket")
int count(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct mark *mark = bpf_map_lookup_elem(&marks, &key);

	if (mark) {
		mark->left += 1;
		mark->right = bpf_get_smp_processor_id();
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
