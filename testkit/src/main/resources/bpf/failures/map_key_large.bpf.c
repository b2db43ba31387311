// A hash with keys of 5 MB.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __uint(key_size, 5000000);
  __uint(value_size, 8);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
