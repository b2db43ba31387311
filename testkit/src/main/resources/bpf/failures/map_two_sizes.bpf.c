// A map that says the size of its values twice.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 8);
  __type(key, int);
  __type(value, int);
  __uint(value_size, 8);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
