// build: -O2 -mcpu=v3
// A map by BTF, in a file without types (compiled without -g).
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u64);
} counts SEC(".maps");

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  __u32 key = 1;
  return bpf_map_lookup_elem(&counts, &key) != 0;
}

char _license[] SEC("license") = "GPL";
