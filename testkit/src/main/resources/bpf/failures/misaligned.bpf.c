// A number is read from the stack at an odd place.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  char data[16] = {};
  __u64 value;
  asm volatile("%0 = *(u64 *)(%1 + 3)" : "=r"(value) : "r"(data), "m"(data));
  return value & 1;
}

char _license[] SEC("license") = "GPL";
