// Maps of several types, with keys and values of many kinds.
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

enum kind { KIND_NONE, KIND_OPEN, KIND_CLOSE };

struct key {
	__u32 pid;
	char comm[12];
};

struct value {
	__u64 hits;
	__s32 delta;
	enum kind kind;
	__be32 address;
	__be16 port;
	bool on;
	char tag[5];
	__u16 slots[3];
	struct {
		__u8 low : 3, high : 5;
	} bits;
	union {
		__u32 number;
		__u8 bytes[4];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key);
	__type(value, struct value);
	__uint(max_entries, 1000);
} zoo_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value);
	__uint(max_entries, 1000);
} zoo_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 4);
} zoo_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 2);
} zoo_queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(key_size, 8);
	__uint(value_size, 4);
	__uint(map_flags, 1);
	__uint(max_entries, 100);
} zoo_lpm SEC(".maps");

struct big {
	__u64 first;
	__u32 second, third;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct big);
	__uint(map_flags, 1);
	__uint(max_entries, 1000000);
} zoo_million SEC(".maps");

int counter = 7;

SEC("socket")
int touch(void *ctx)
{
	counter++;
	return 0;
}

char _license[] SEC("license") = "GPL";
