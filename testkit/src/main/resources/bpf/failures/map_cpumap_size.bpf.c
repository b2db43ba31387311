// A map of CPUs that has more entries than there are CPUs.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_CPUMAP);
  __uint(max_entries, 100000);
  __type(key, __u32);
  __type(value, __u32);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
