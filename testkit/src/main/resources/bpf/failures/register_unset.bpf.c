// A register is read that nothing was written to.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  int value;
  asm volatile("%0 = r7" : "=r"(value));
  return value;
}

char _license[] SEC("license") = "GPL";
