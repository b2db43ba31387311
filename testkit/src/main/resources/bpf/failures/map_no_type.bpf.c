// A map without a type.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(max_entries, 8);
  __type(key, int);
  __type(value, int);
} odd SEC(".maps");

SEC("socket")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
