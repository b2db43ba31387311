// A pointer is multiplied.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int f(struct xdp_md *ctx) {
  asm volatile("%0 *= 2" : "+r"(ctx));
  return ctx->data & 1;
}

char _license[] SEC("license") = "GPL";
