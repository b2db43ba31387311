// A function of the C library, whose counterpart has another name.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern __u32 ntohl(__u32);

SEC("xdp")
int f(struct xdp_md *ctx) {
  return ntohl(ctx->ingress_ifindex);
}

char _license[] SEC("license") = "GPL";
