// A map whose size the loader is to give.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __type(key, __u32);
  __type(value, __u64);
} counts SEC(".maps");

SEC("socket")
int f(void *ctx) {
  __u32 key = 0;
  __u64 *count = bpf_map_lookup_elem(&counts, &key);
  return count && *count;
}

char _license[] SEC("license") = "GPL";
