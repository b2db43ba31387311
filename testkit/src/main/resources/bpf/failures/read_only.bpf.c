// A constant is written to.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 limit = 7;

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  *(volatile __u32 *)&limit = 8;
  return 0;
}

char _license[] SEC("license") = "GPL";
