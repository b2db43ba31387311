// A map with a field that there is not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entires, 8);
  __type(key, int);
  __type(value, int);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
