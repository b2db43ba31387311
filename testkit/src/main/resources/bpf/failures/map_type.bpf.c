// A type of map that the kernel has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, 250);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u64);
} odd SEC(".maps");

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  asm volatile("" ::"r"(&odd));
  return 0;
}

char _license[] SEC("license") = "GPL";
