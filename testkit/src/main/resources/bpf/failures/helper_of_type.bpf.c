// A helper that programs of another type have.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int f(struct xdp_md *ctx) {
  return bpf_skb_vlan_pop((void *)ctx);
}

char _license[] SEC("license") = "GPL";
