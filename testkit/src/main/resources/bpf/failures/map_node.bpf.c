// A map on a node that the machine lacks.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __uint(map_flags, BPF_F_NUMA_NODE);
  __uint(numa_node, 77);
  __type(key, int);
  __type(value, int);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
