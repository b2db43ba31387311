// Code behind the end.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int f(struct xdp_md *ctx) {
  asm volatile("r0 = 2; exit; r0 = 1");
  return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
