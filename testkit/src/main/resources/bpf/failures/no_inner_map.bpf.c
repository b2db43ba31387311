// A map of maps that does not say what maps are inside.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
  __uint(max_entries, 256);
  __type(key, __u64);
  __type(value, __u32);
} boxes SEC(".maps");

SEC("socket")
int f(void *ctx) {
  __u64 key = 0;
  return bpf_map_lookup_elem(&boxes, &key) != 0;
}

char _license[] SEC("license") = "GPL";
