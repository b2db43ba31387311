// A map that is shared by a pin.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u64);
  __uint(pinning, LIBBPF_PIN_BY_NAME);
} shared SEC(".maps");

SEC("socket")
int f(void *ctx) {
  __u32 key = 0;
  return bpf_map_lookup_elem(&shared, &key) != 0;
}

char _license[] SEC("license") = "GPL";
