// SPDX-License-Identifier: GPL-2.0
// LPM tries with keys of the shapes that people give prefixes of addresses, and of two that are none.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

struct word4 {
	__u32 prefixlen;
	__u32 addr;
};

struct bytes4 {
	__u32 prefixlen;
	__u8 addr[4];
};

struct union4 {
	__u32 prefixlen;
	union {
		__be32 word;
		__u8 bytes[4];
	} addr;
};

struct header4 {
	struct bpf_lpm_trie_key trie_key;
	__u32 addr;
};

struct bytes16 {
	__u32 prefixlen;
	__u8 addr[16];
};

struct words16 {
	__u32 prefixlen;
	__u32 addr[4];
};

struct in6 {
	__u32 prefixlen;
	struct in6_addr addr;
};

struct nested16 {
	union {
		struct {
			struct {
				__u32 prefixlen;
			};
			union {
				struct in6_addr in6;
				__u8 bytes[16];
			};
		};
		__u8 raw[20];
	};
};

/* What is after the length is no address. */
struct port {
	__u32 prefixlen;
	__u16 port;
	__u16 zone;
};

/* More than an address is after the length. */
struct tenant {
	__u32 prefixlen;
	__u32 tenant;
	__u32 addr;
};

#define TRIE(name)                                  \
	struct {                                    \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE); \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__uint(max_entries, 8);             \
		__type(key, struct name);           \
		__type(value, __u32);               \
	} by_##name SEC(".maps")

TRIE(word4);
TRIE(bytes4);
TRIE(union4);
TRIE(header4);
TRIE(bytes16);
TRIE(words16);
TRIE(in6);
TRIE(nested16);
TRIE(port);
TRIE(tenant);

/* Of struct bpf_lpm_trie_key_u8, whose data has no size, only the size of a key is known. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 8);
	__uint(key_size, sizeof(struct bpf_lpm_trie_key_u8) + 4);
	__uint(value_size, sizeof(__u32));
} by_size SEC(".maps");

struct bpf_lpm_trie_key_u8 *flexible SEC(".data.types");

char _license[] SEC("license") = "GPL";
